"""Where the transformer trains: a CPU, a GPU where PyTorch finds one, or through DeepSpeed where it is installed beside a GPU.

The linear models are fitted by scikit-learn on a CPU whatever is chosen here.
"""

import importlib
import importlib.util
import logging
import os
from typing import Protocol

import torch
from torch import Tensor, nn

log = logging.getLogger(__name__)

CHOICES = ("auto", "cpu", "cuda", "deepspeed")
CLIP = 1.0
"""Greatest norm of a gradient that is stepped along."""


class Unavailable(Exception):
    """What was asked for is not on this machine; the message says what is missing."""


class Trainer(Protocol):
    """One model with its optimiser. `step` takes the loss of one batch and returns the norm of the gradient before clipping."""

    network: nn.Module

    def step(self, loss: Tensor) -> float: ...


class PlainTrainer:
    def __init__(self, model: nn.Module, optimiser: torch.optim.Optimizer, rates: torch.optim.lr_scheduler.LRScheduler):
        self.network, self.optimiser, self.rates = model, optimiser, rates

    def step(self, loss: Tensor) -> float:
        self.optimiser.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.network.parameters(), CLIP)
        self.optimiser.step()
        self.rates.step()
        return float(norm)


class DeepSpeedTrainer:
    """ZeRO stage 1: optimiser state is split over the processes of a launch; weights and loss are those of a plain run."""

    def __init__(self, model: nn.Module, optimiser: torch.optim.Optimizer, rates: torch.optim.lr_scheduler.LRScheduler, batch: int):
        settings = {
            "train_micro_batch_size_per_gpu": batch, "gradient_accumulation_steps": 1, "gradient_clipping": CLIP, "zero_optimization": {"stage": 1},
        }
        deepspeed = importlib.import_module("deepspeed")
        self.network, *_ = deepspeed.initialize(model=model, optimizer=optimiser, lr_scheduler=rates, config=settings)

    def step(self, loss: Tensor) -> float:
        self.network.backward(loss)
        self.network.step()
        return float(self.network.get_global_grad_norm())


class Device:
    def __init__(self, kind: str):
        """`kind` is one of CHOICES less `auto`: see `choose`."""
        self.kind, self.torch = kind, torch.device("cpu" if kind == "cpu" else "cuda")

    def trainer(self, model: nn.Module, optimiser: torch.optim.Optimizer, rates: torch.optim.lr_scheduler.LRScheduler, batch: int) -> Trainer:
        """`model` must be on this device already, before its parameters went to the optimiser."""
        return DeepSpeedTrainer(model, optimiser, rates, batch) if self.kind == "deepspeed" else PlainTrainer(model, optimiser, rates)


CPU = Device("cpu")


def choose(wanted: str) -> Device:
    """`auto` takes DeepSpeed where it is installed beside a GPU, else a GPU, else the CPU. What is named and missing is refused."""
    gpu, deepspeed = torch.cuda.is_available(), importlib.util.find_spec("deepspeed") is not None
    if wanted in ("cuda", "deepspeed") and not gpu:
        raise Unavailable(f"--device {wanted}: PyTorch {torch.__version__} finds no GPU here; expected a CUDA build of it and a driver, or --device cpu")
    if wanted == "deepspeed" and not deepspeed:
        raise Unavailable("--device deepspeed: the package is not installed; pip install deepspeed, or --device cuda")
    kind = wanted if wanted != "auto" else "deepspeed" if gpu and deepspeed else "cuda" if gpu else "cpu"
    if kind != "cpu":
        # Without it cuBLAS refuses to run under deterministic algorithms.
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    log.info("a transformer trains on: %s", torch.cuda.get_device_name() + f" ({kind})" if kind != "cpu" else "the CPU")
    return Device(kind)
