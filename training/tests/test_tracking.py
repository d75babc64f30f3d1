"""Runs logged to a small server of this test's own that answers as MLflow's REST API says."""

import json
import socket
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prefstream_training import tracking
from prefstream_training.tracking import Run, publish


class Recorder(BaseHTTPRequestHandler):
    """Keeps every request; answers from `server.answers` where a path has one: a status, and a body that is no JSON object."""

    def do_GET(self) -> None:
        self.answer(None)

    def do_POST(self) -> None:
        self.answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def answer(self, body: dict | None) -> None:
        path = self.path.removeprefix("/api/2.0/mlflow/").split("?")[0]
        self.server.requests.append((path, body, self.headers.get("Authorization")))
        usual = {
            "experiments/get-by-name": {"experiment": {"experiment_id": "4"}}, "experiments/create": {"experiment_id": "5"},
            "runs/create": {"run": {"info": {"run_id": "r1"}}},
        }
        status, told = self.server.answers.get(path, (200, json.dumps(usual.get(path, {}))))
        self.send_response(status)
        self.end_headers()
        self.wfile.write(told.encode())

    def log_message(self, *_) -> None:
        pass


class TrackingTest(unittest.TestCase):
    def setUp(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
        self.server.requests, self.server.answers = [], {}
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.environment = {"MLFLOW_TRACKING_URI": f"http://127.0.0.1:{self.server.server_port}/"}
        self.run_ = Run("urgency", {"bundle.id": "ticket-urgency"}, {"seed": "7"}, {"auc": 0.7, "none": float("nan")})

    def bodies(self, path: str) -> list[dict]:
        return [body for own, body, _ in self.server.requests if own == path]

    def test_logs_parameters_metrics_and_the_bundles_id_and_ends_the_run(self) -> None:
        self.assertEqual("r1", publish(self.run_, self.environment))

        self.assertEqual("4", self.bodies("runs/create")[0]["experiment_id"])
        self.assertEqual([{"key": "bundle.id", "value": "ticket-urgency"}], self.bodies("runs/create")[0]["tags"])
        parameters, metrics = self.bodies("runs/log-batch")
        self.assertEqual([{"key": "seed", "value": "7"}], parameters["params"])
        self.assertEqual([("auc", 0.7, 0)], [(m["key"], m["value"], m["step"]) for m in metrics["metrics"]])
        self.assertEqual("FINISHED", self.bodies("runs/update")[0]["status"])

    def test_makes_an_experiment_that_is_not_there(self) -> None:
        self.server.answers["experiments/get-by-name"] = (404, '{"error_code": "RESOURCE_DOES_NOT_EXIST"}')

        publish(self.run_, self.environment | {"MLFLOW_EXPERIMENT_NAME": "nightly"})

        self.assertEqual([{"name": "nightly"}], self.bodies("experiments/create"))
        self.assertEqual("5", self.bodies("runs/create")[0]["experiment_id"])

    def test_keeps_within_the_bounds_of_a_request(self) -> None:
        self.run_.parameters = {f"p{i}": "x" * 900 for i in range(230)}
        self.run_.curves = {"loss": [(step, 1.0 / step) for step in range(1, 1_501)]}

        publish(self.run_, self.environment)

        sent = self.bodies("runs/log-batch")
        self.assertEqual([100, 100, 30], [len(body["params"]) for body in sent if "params" in body])
        self.assertEqual([1_000, 501], [len(body["metrics"]) for body in sent if "metrics" in body])
        self.assertEqual(500, len(sent[0]["params"][0]["value"]))
        self.assertEqual(1_500, sent[-1]["metrics"][-1]["step"])

    def test_says_who_it_is(self) -> None:
        publish(self.run_, self.environment | {"MLFLOW_TRACKING_USERNAME": "a", "MLFLOW_TRACKING_PASSWORD": "b"})
        publish(self.run_, self.environment | {"MLFLOW_TRACKING_TOKEN": "secret"})

        self.assertEqual({"Basic YTpi", "Bearer secret"}, {authorization for _, _, authorization in self.server.requests})

    def test_marks_a_run_as_failed_that_the_server_does_not_take_whole(self) -> None:
        self.server.answers["runs/log-batch"] = (500, "{}")

        with self.assertLogs(tracking.log, "WARNING"):
            self.assertIsNone(publish(self.run_, self.environment))

        self.assertEqual("FAILED", self.bodies("runs/update")[0]["status"])

    def test_a_server_that_fails_in_any_way_costs_one_warning(self) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            closed = f"http://127.0.0.1:{taken.getsockname()[1]}"
        self.server.answers["runs/create"] = (200, "<html>a proxy</html>")
        for address in (closed, self.environment["MLFLOW_TRACKING_URI"], "databricks", "file:///tmp/mlruns", "http://[bad"):
            with self.subTest(address), self.assertLogs(tracking.log, "WARNING") as told:
                self.assertIsNone(publish(self.run_, {"MLFLOW_TRACKING_URI": address}))
            self.assertEqual(1, len(told.records))
        for body in ("[1]", "{}", '{"run": []}', '{"run": {"info": {"run_id": 7}}}'):
            self.server.answers["runs/create"] = (200, body)
            with self.subTest(body), self.assertLogs(tracking.log, "WARNING"):
                self.assertIsNone(publish(self.run_, self.environment))

    def test_shows_no_password_of_an_address(self) -> None:
        with self.assertLogs(tracking.log, "WARNING") as told:
            publish(self.run_, {"MLFLOW_TRACKING_URI": "http://me:hidden@127.0.0.1:1"})

        self.assertNotIn("hidden", told.output[0])

    def test_does_nothing_without_a_server(self) -> None:
        self.assertIsNone(publish(self.run_, {}))


if __name__ == "__main__":
    unittest.main()
