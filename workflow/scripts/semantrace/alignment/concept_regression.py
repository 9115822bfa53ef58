"""What explains a concept's pass rate in the 2 vs. 2 test: a linear regression over concepts.

A predictor's p-value is that of |t| of its coefficient, two-sided, when pass rates are permuted
among concepts. A coefficient says that pass rates go along with a predictor, and no more.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from semantrace.statistics.permutations import p_values, restrict_permutations

FEWEST_CONCEPTS = 10
"""For each predictor, below which nothing is fitted."""

MOST = 0.5
"""A predictor is left out where no larger share of the concepts has it."""


@dataclass(frozen=True)
class Regression:
    """A linear regression of standardised pass rates on standardised predictors.

    Attributes
    ----------
    coefficients, p_values : (p,) array
    r_squared : float
        The share of variance that all predictors explain.
    """

    coefficients: np.ndarray
    p_values: np.ndarray
    r_squared: float


def regress(values: np.ndarray, predictors: np.ndarray, permutations: np.ndarray) -> Regression:
    """Regress values on predictors.

    Parameters
    ----------
    values : (k,) array
    predictors : (k, p) array
        None of them constant, nor given by the others.
    permutations : (N, k) int array
        Orders of the values.
    """
    k, p = predictors.shape
    design = (predictors - predictors.mean(axis=0)) / predictors.std(axis=0)
    standard = (values - values.mean()) / values.std()
    inverse = np.linalg.inv(design.T @ design)
    orders = np.vstack([np.arange(k), permutations])
    permuted = standard[orders]
    coefficients = permuted @ design @ inverse
    errors = ((permuted - coefficients @ design.T) ** 2).sum(axis=1) / (k - p - 1)
    t = np.abs(coefficients) / np.sqrt(errors[:, None] * np.diag(inverse))
    return Regression(coefficients[0], p_values(t[0], t[1:]), 1 - errors[0] * (k - p - 1) / k)


def explain_pass_rates(
    rates: pd.DataFrame, predictors: Mapping[str, np.ndarray], permutations: np.ndarray
) -> pd.DataFrame:
    """Regress the pass rates at the best layer of each network.

    Parameters
    ----------
    rates : DataFrame
        Columns network, layer and pass_rate, one row a concept, of one layer of each network.
    predictors : mapping of str to (k,) array
        By name, in the order of concepts; not a number where a concept has none. Those that most
        concepts lack, that are the same for all concepts, or that are given by those before them,
        are left out, and then the concepts that lack one.
    permutations : (N, k) int array
        Shared by the whole study.

    Returns
    -------
    DataFrame
        `semantrace.core.tables.CONCEPT_REGRESSION` without the word model. A layer at which all
        pass rates are equal has no rows, nor has any where all is known of fewer concepts than
        `FEWEST_CONCEPTS` for each predictor.
    """
    usual = {name: one for name, one in predictors.items() if np.isfinite(one).mean() > MOST}
    known = np.asarray(np.isfinite([np.zeros(permutations.shape[1]), *usual.values()]).all(axis=0))
    kept = _independent({name: values[known] for name, values in usual.items()})
    if not kept or known.sum() < FEWEST_CONCEPTS * len(kept):
        return pd.DataFrame()
    orders = restrict_permutations(permutations, known)
    design = np.stack(list(kept.values()), axis=1)
    parts = []
    for (network, layer), rows in rates.groupby(["network", "layer"], sort=False):
        values = rows["pass_rate"].to_numpy()[known]
        if not np.ptp(values):
            continue
        found = regress(values, design, orders)
        parts.append(
            pd.DataFrame(
                {
                    "network": network,
                    "layer": layer,
                    "predictor": list(kept),
                    "standardised_coefficient": found.coefficients,
                    "p_value": found.p_values,
                    "r_squared": found.r_squared,
                    "concepts": int(known.sum()),
                }
            )
        )
    return pd.concat([pd.DataFrame(), *parts], ignore_index=True)


def _independent(predictors: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Leave out predictors that are constant, or a linear combination of those before them."""
    kept: dict[str, np.ndarray] = {}
    for name, values in predictors.items():
        columns = [np.ones(len(values)), *kept.values(), values]
        scaled = np.stack([column / (np.linalg.norm(column) or 1) for column in columns], axis=1)
        if np.linalg.matrix_rank(scaled, tol=1e-6) == len(columns):
            kept[name] = values
    return kept
