"""Fits the temperature and bias of bundle.json: score = 1 / (1 + exp(-(logit / temperature + bias)))."""

import numpy as np
from scipy.optimize import minimize


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-x))


def score(logits: np.ndarray, temperature: float, bias: float) -> np.ndarray:
    return sigmoid(logits / temperature + bias)


def fit(logits: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """(temperature, bias) of least weighted log loss (Platt 1999, without his prior on the labels).

    The slope is kept between 0.02 and 50 so that the temperature is a positive, finite number.
    """

    def loss(parameters: np.ndarray) -> float:
        z = np.exp(parameters[0]) * logits + parameters[1]
        return float(np.average(np.logaddexp(0, z) - labels * z, weights=weights))

    best = minimize(loss, np.zeros(2), method="L-BFGS-B", bounds=[(np.log(0.02), np.log(50)), (-20, 20)])
    return float(np.exp(-best.x[0])), float(best.x[1])


def fit_temperature(margins: np.ndarray) -> float:
    """The temperature under which sigmoid(margin / temperature) is the probability that the first of a pair is preferred."""
    ones = np.ones(len(margins))
    slopes = np.exp(np.linspace(np.log(0.02), np.log(50), 400))
    losses = [np.average(np.logaddexp(0, -slope * margins), weights=ones) for slope in slopes]
    return float(1 / slopes[int(np.argmin(losses))])
