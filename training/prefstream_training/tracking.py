"""Logs a run to an MLflow tracking server by its REST API 2.0, where one is named (docs/decisions/0040-mlflow-by-rest.md).

Read are the variables of MLflow's own clients: MLFLOW_TRACKING_URI, MLFLOW_EXPERIMENT_NAME (default `prefstream`),
MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD. Nothing is tried twice, each call takes
TIMEOUT seconds at most, and a server that is away or refuses costs one warning: what was trained stands.
"""

import base64
import json
import logging
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen

log = logging.getLogger(__name__)

TIMEOUT = 10.0
METRICS_AT_ONCE = 1_000
PARAMETERS_AT_ONCE = 100
"""Bounds of one log-batch request."""
LONGEST_PARAMETER = 500
LONGEST_TAG = 5_000


@dataclass
class Run:
    """What one step of the recipe is logged as."""

    name: str
    tags: dict[str, str]
    parameters: dict[str, str]
    metrics: dict[str, float]
    curves: dict[str, list[tuple[int, float]]] = field(default_factory=dict)
    """Metrics with many steps: (step, value) in order."""


class Refusal(Exception):
    """The server answered, but not as an MLflow server that takes the run."""


def publish(run: Run, environment: Mapping[str, str]) -> str | None:
    """The server's id of the run; None when no server is named or the run could not be logged. Never raises for the server's sake."""
    address = environment.get("MLFLOW_TRACKING_URI", "").strip()
    if not address:
        return None
    experiment = environment.get("MLFLOW_EXPERIMENT_NAME") or "prefstream"
    try:
        identity = Server(address, environment).log(experiment, run)
    except (OSError, HTTPException, ValueError, Refusal) as problem:
        log.warning("the run was not logged to %s (%s: %s); what was trained stands", _without_user(address), type(problem).__name__, problem)
        return None
    log.info("logged to %s, experiment %s, run %s", _without_user(address), experiment, identity)
    return identity


class Server:
    def __init__(self, address: str, environment: Mapping[str, str]):
        if urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).hostname:
            raise Refusal("expected an address such as http://127.0.0.1:5000")
        self.api = address.rstrip("/") + "/api/2.0/mlflow/"
        self.headers = {"Content-Type": "application/json"} | _credentials(environment)

    def log(self, experiment: str, run: Run) -> str:
        """Makes the experiment if there is none of this name, then the run, whole; a run that could not be filled ends as FAILED."""
        started = self._call("runs/create", {
            "experiment_id": self._experiment(experiment), "run_name": run.name, "start_time": _now(),
            "tags": _pairs(run.tags, LONGEST_TAG),
        })
        identity = _text(started, "run", "info", "run_id")
        try:
            self._batches(identity, "params", _pairs(run.parameters, LONGEST_PARAMETER), PARAMETERS_AT_ONCE)
            self._batches(identity, "metrics", _measured(run), METRICS_AT_ONCE)
        except Exception:
            self._finish(identity, "FAILED")
            raise
        self._finish(identity, "FINISHED")
        return identity

    def _experiment(self, name: str) -> str:
        try:
            found = self._call("experiments/get-by-name?experiment_name=" + quote(name, safe=""))
        except HTTPError as answer:
            if answer.code != 404:
                raise
            return _text(self._call("experiments/create", {"name": name}), "experiment_id")
        return _text(found, "experiment", "experiment_id")

    def _batches(self, identity: str, kind: str, rows: list[dict], most: int) -> None:
        for start in range(0, len(rows), most):
            self._call("runs/log-batch", {"run_id": identity, kind: rows[start : start + most]})

    def _finish(self, identity: str, status: str) -> None:
        self._call("runs/update", {"run_id": identity, "status": status, "end_time": _now()})

    def _call(self, path: str, body: dict | None = None) -> dict:
        request = Request(self.api + path, None if body is None else json.dumps(body).encode(), self.headers)
        with urlopen(request, timeout=TIMEOUT) as answer:
            read = json.loads(answer.read() or b"{}")
        if not isinstance(read, dict):
            raise Refusal("the answer is no JSON object: is this an MLflow server?")
        return read


def _measured(run: Run) -> list[dict]:
    """Values that JSON has no number for are left out."""
    now = _now()
    single = [(name, 0, value) for name, value in run.metrics.items()]
    curves = [(name, step, value) for name, points in run.curves.items() for step, value in points]
    return [{"key": name, "value": value, "timestamp": now, "step": step} for name, step, value in single + curves if math.isfinite(value)]


def _pairs(values: dict[str, str], longest: int) -> list[dict]:
    return [{"key": key, "value": str(value)[:longest]} for key, value in values.items()]


def _text(found: object, *path: str) -> str:
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    if not isinstance(found, str):
        raise Refusal(f"the answer holds no {'.'.join(path)}: is this an MLflow server?")
    return found


def _credentials(environment: Mapping[str, str]) -> dict[str, str]:
    token, user = environment.get("MLFLOW_TRACKING_TOKEN"), environment.get("MLFLOW_TRACKING_USERNAME")
    if token:
        return {"Authorization": f"Bearer {token}"}
    if user:
        both = f"{user}:{environment.get('MLFLOW_TRACKING_PASSWORD', '')}"
        return {"Authorization": "Basic " + base64.b64encode(both.encode()).decode()}
    return {}


def _without_user(address: str) -> str:
    """The address as it may be shown: without a name or password in it."""
    return address.split("://", 1)[0] + "://" + address.rsplit("@", 1)[1] if "@" in address else address


def _now() -> int:
    return int(time.time() * 1_000)
