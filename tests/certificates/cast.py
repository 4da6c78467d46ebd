"""Invented people and courses that the tests of certificates print."""

from __future__ import annotations

from datetime import date
from typing import Any

from certificates.facts import Edition, Facts, Signer, Words
from certificates.serial import Serial

VERIFY = "https://paso-seguro.example.org/verify"

COMPLETION: dict[str, Any] = {
    "serial": Serial("7KQ4-M2XD-9TFR-AF"),
    "kind": "completion",
    "name": "María Fernanda Núñez Ibáñez",
    "rank": "Subinspectora",
    "institution": "Servicio Nacional de Fronteras",
    "country": Words("Panama", "Panamá"),
    "course_code": "HBS-64",
    "course": Words("Humanitarian Border Security", "Seguridad Fronteriza Humanitaria"),
    "course_basis": Words("Based on the model of Panama’s USFROH", "Basado en el modelo de la USFROH de Panamá"),
    "hours_total": 64,
    "hours_online": 40,
    "hours_in_person": 24,
    "modules": 12,
    "practices": 11,
    "completed": date(2026, 3, 3),
    "issued": date(2026, 3, 5),
    "place": "Ciudad de Panamá",
    "expires": date(2029, 3, 3),
    "issuer": Words("Regional Border Training Centre", "Centro Regional de Formación en Fronteras"),
    "signers": (
        Signer("Elena Quiñones", Words("Head of the training institution", "Directora de la institución formadora")),
        Signer("Ignacio Etxeberria", Words("Course coordinator", "Coordinador del curso")),
    ),
    "language": "es",
    "form_year": 2026,
    "edition": Edition(3, "a" * 64),
}

PARTICIPATION: dict[str, Any] = COMPLETION | {
    "kind": "participation",
    "hours_total": 32,
    "hours_online": 32,
    "hours_in_person": 0,
    "expires": None,
}

LONGEST_NAME = "Eustaquio Cayetano de la Santísima Trinidad Montenegro-Villavicencio y Hernández de Córdobas"


def completion(**changes: Any) -> Facts:
    return Facts(**COMPLETION | changes)


def participation(**changes: Any) -> Facts:
    return Facts(**PARTICIPATION | changes)
