"""Keeps loss and gradient norm of every step, and finds the jumps among them: a gradient spike after which the loss is lower.

A jump splits training into phases: before it the network has not found something that it uses afterwards.
"""

import csv
import statistics
from dataclasses import astuple, dataclass, field, fields
from pathlib import Path

from torch import nn

FLOP_A_WEIGHT = 6
"""Of each token: 2 forward, 4 backward (Kaplan et al. 2020, section 2.1). Attention over positions and the optimiser are left out."""


@dataclass(frozen=True)
class Step:
    step: int
    samples: int
    """Training rows seen up to and with this step."""
    compute: int
    """FLOP spent up to and with this step, as FLOP_A_WEIGHT estimates it."""
    loss: float
    gradient_norm: float
    """Before clipping."""


@dataclass(frozen=True)
class Jump:
    step: int
    samples: int
    spike: float
    """Gradient norm over the median norm of the window before."""
    loss_before: float
    loss_after: float
    """Median losses of the windows before and after."""


@dataclass
class Progress:
    """What one training run went through. Appended by its one thread."""

    steps: list[Step] = field(default_factory=list)

    def add(self, samples: int, tokens: int, network: nn.Module, loss: float, gradient_norm: float) -> None:
        """`tokens`: what the network read in this step, without padding. All its weights count, embeddings too."""
        seen, spent = (self.steps[-1].samples, self.steps[-1].compute) if self.steps else (0, 0)
        flop = FLOP_A_WEIGHT * tokens * sum(weights.numel() for weights in network.parameters())
        self.steps.append(Step(len(self.steps) + 1, seen + samples, spent + flop, loss, gradient_norm))

    def write(self, path: Path) -> None:
        """Writes step, samples, compute, loss and gradient_norm as CSV: `prefstream evaluate scaling` reads compute and loss of it."""
        with path.open("w", newline="", encoding="utf-8") as out:
            rows = csv.writer(out)
            rows.writerow(column.name for column in fields(Step))
            rows.writerows((step, samples, compute, f"{loss:.6f}", f"{norm:.6f}") for step, samples, compute, loss, norm in map(astuple, self.steps))

    def curves(self, most: int = 1_000) -> dict[str, list[tuple[int, float]]]:
        """Loss, gradient norm and samples seen as (step, value), thinned evenly to `most` steps; nothing without steps."""
        some = self.steps[:: max(1, -(-len(self.steps) // most))]
        names = ("loss", "gradient_norm", "samples") if some else ()
        return {name: [(step.step, float(getattr(step, name))) for step in some] for name in names}

    def summary(self) -> str:
        """One paragraph for people."""
        if not self.steps:
            return "no steps"
        first, last = self.steps[: max(1, len(self.steps) // 10)], self.steps[-max(1, len(self.steps) // 10) :]
        loss = [statistics.mean(s.loss for s in part) for part in (first, last)]
        norm = [statistics.mean(s.gradient_norm for s in part) for part in (first, last)]
        found = jumps(self.steps)
        told = "; ".join(
            f"step {j.step} ({j.samples} samples): norm {j.spike:.1f} times the median, loss {j.loss_before:.3f} to {j.loss_after:.3f}" for j in found
        )
        return (
            f"{len(self.steps)} steps, {self.steps[-1].samples} samples, loss {loss[0]:.3f} to {loss[1]:.3f}, "
            f"gradient norm {norm[0]:.2f} to {norm[1]:.2f} (first and last tenth); jumps: {told or 'none'}"
        )


def jumps(steps: list[Step], window: int = 25, spike: float = 3.0, deviations: float = 3.0) -> list[Jump]:
    """Steps whose gradient norm is at least `spike` times the median of the window before, and after which the median loss of a
    window lies lower by more than `deviations` times its standard error than the trend of the two windows before them explains.

    The trend is taken off because a loss that falls evenly falls after every step. Of spikes closer than a window only the
    greatest counts. Needs two windows before and one after.
    """
    found: list[Jump] = []
    for i in range(2 * window, len(steps) - window):
        earlier, before, after = steps[i - 2 * window : i - window], steps[i - window : i], steps[i + 1 : i + 1 + window]
        usual = statistics.median(s.gradient_norm for s in before)
        if usual <= 0 or steps[i].gradient_norm < spike * usual:
            continue
        level = [statistics.median(s.loss for s in part) for part in (earlier, before, after)]
        # 1.253 is the standard error of a median over that of a mean, for normal noise; two medians are compared.
        error = 1.253 * statistics.pstdev([s.loss for s in before]) * (2 / window) ** 0.5
        drop, trend = level[1] - level[2], max(0.0, level[0] - level[1])
        if drop - trend <= deviations * error or drop <= 0:
            continue
        jump = Jump(steps[i].step, steps[i].samples, steps[i].gradient_norm / usual, level[1], level[2])
        if found and jump.step - found[-1].step < window:
            found[-1] = max(found[-1], jump, key=lambda j: j.spike)
        else:
            found.append(jump)
    return found
