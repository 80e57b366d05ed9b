"""Columns without a person in them."""

from collections.abc import Sequence

from privacy_proof.rng import Rng, Writer, pick


def _labels(text: str) -> Writer:
    words = text.split(";")
    return lambda rng: pick(rng, words)


CLEAN: dict[str, Writer] = {
    "phq_1": lambda rng: str(rng.integers(0, 4)),
    "SDQ_total": lambda rng: str(rng.integers(0, 41)),
    "rmssd_ms": lambda rng: f"{20 + 30 * rng.random():.14f}",
    "lnrmssd": lambda rng: f"{3 + rng.random():.4f}".replace(".", ","),
    "day": lambda rng: str(rng.integers(0, 400)),
    "session_minutes": lambda rng: str(rng.integers(20, 70)),
    "age_years": lambda rng: f"{6 + 12 * rng.random():.1f}",
    "iq": lambda rng: str(rng.integers(50, 130)),
    "sex": _labels("male;female"),
    "geslacht": _labels("man;vrouw;anders"),
    "arm": _labels("TAU;PMT;wait list"),
    "education": _labels(
        "primary school;secondary school;higher professional education;university"
    ),
    "opleiding": _labels("vmbo;havo;vwo;mbo niveau 2;hbo;wo bachelor"),
    "reason_lost": _labels("moved away;withdrew consent;lost to follow-up;too ill to take part"),
    "weekday": _labels("Monday;Tuesday;Wednesday;Thursday;Friday;Saturday;Sunday"),
    "maand": _labels("jan;feb;mrt;apr;mei;jun;jul;aug;sep;okt;nov;dec"),
    "month": _labels("January;February;March;April;May;June;July;August;September;October"),
    "start_time": lambda rng: f"{rng.integers(8, 18):02d}:{rng.integers(0, 60):02d}",
    "random_nine": lambda rng: f"{rng.integers(10**8, 10**9)}",
    "hash": lambda rng: f"{rng.integers(0, 2**63):016x}",
    "code": lambda rng: "".join(
        pick(rng, list("ABCDEFGHJKLMNPQRSTUVWXYZ23456789")) for _ in range(6)
    ),
    "pseudonym": lambda rng: f"P{rng.integers(1, 999):03d}",
    "dyad_id": lambda rng: f"D-{rng.integers(1, 80):02d}",
    "site": _labels("NL-01;NL-02;NL-03;BE-01"),
    "therapist_id": lambda rng: f"T{rng.integers(1, 12)}",
    "diagnosis": _labels("F41.1;F32.9;F90.0;F84.0;F43.1"),
    "dsm_label": _labels("Major depressive disorder;Autism spectrum disorder;ADHD;None"),
    "medication": _labels("methylphenidate;sertraline;fluoxetine;none;melatonin"),
    "race": _labels("White;Black or African American;Asian;Other"),
    "emotion": _labels("happy;sad;angry;afraid;calm"),
    "answer": _labels("strongly disagree;disagree;neither agree nor disagree;agree;strongly agree"),
    "antwoord": _labels("helemaal mee oneens;mee oneens;niet mee eens, niet mee oneens;mee eens"),
    "visit": _labels("baseline;month 2;month 3;month 8"),
    "session_label": lambda rng: f"Session {rng.integers(1, 41)}",
    "steps": lambda rng: str(rng.integers(800, 22_000)),
    "reaction_ms": lambda rng: f"{200 + 900 * rng.random():.3f}",
    "heart_rate": lambda rng: str(rng.integers(50, 140)),
    "cortisol": lambda rng: f"{rng.random() / 1000:.3e}",
    "z_score": lambda rng: f"{rng.normal():.6f}",
    "income": lambda rng: str(int(rng.integers(15, 90)) * 1000),
    "year": lambda rng: str(rng.integers(2009, 2026)),
    "phone_use_minutes": lambda rng: str(rng.integers(0, 400)),
    "email_opt_in": _labels("yes;no"),
    "naam_bekend": _labels("ja;nee"),
    "comments_count": lambda rng: str(rng.integers(0, 12)),
    "date_known": _labels("0;1"),
    "big_five_o": lambda rng: f"{1 + 4 * rng.random():.2f}",
    "weight_kg": lambda rng: f"{30 + 40 * rng.random():.1f}",
    "consent_version": _labels("1.0;1.1;2.0"),
    "phase": _labels("observation;basic safety;entrusting;self-confidence;closing"),
}
CLEAN_ROUNDS = 10


def make_clean(
    rng: Rng, n_rows: int, wanted: Sequence[str], missing: float
) -> dict[str, list[str]]:
    """Clean columns; some cells empty."""
    return {
        name: [CLEAN[name](rng) if rng.random() >= missing else "" for _ in range(n_rows)]
        for name in wanted
    }
