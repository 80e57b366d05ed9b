"""Predicted random effects of a fitted model, in the units of the outcome."""

from dataclasses import replace

from evalpipe.stats.fit import GaussianFit
from evalpipe.stats.nested import EffectPredictions, NestedModel


def predict_random_effects(fit: GaussianFit) -> tuple[EffectPredictions, ...]:
    """Return the best linear unbiased prediction of every random effect, one entry per effect.

    values: (units, terms) in the order of the level's codes; NaN for codes without rows. Empty for
    a model without random effects. Source: Henderson (1975), as lme4's `ranef`.
    """
    core = fit.core
    if not isinstance(core.model, NestedModel):
        return ()
    predicted = core.model.random_effect_predictions(core.theta, core.likelihood.beta)
    return tuple(replace(p, values=p.values * core.prepared.scale) for p in predicted)
