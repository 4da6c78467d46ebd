"""What stands in the log after people signed in, failed to, and changed how they sign in: no secret, nobody's data."""

import logging
import re

import pytest

from tests.cast import PASSWORD
from tests.web.test_signing import begin, set_up


@pytest.fixture
def said():
    """Every line that anything logged, at the level that tells most."""
    lines = []

    class Ear(logging.Handler):
        def emit(self, record):
            lines.append(f"{record.name} {record.getMessage()} {record.exc_text or ''}")

    ear, root = Ear(), logging.getLogger()
    level = root.level
    root.addHandler(ear)
    root.setLevel(logging.DEBUG)
    logging.getLogger("paso.security").setLevel(logging.DEBUG)
    yield lines
    root.removeHandler(ear)
    root.setLevel(level)


def test_no_secret_and_nobodys_data_is_in_the_log(app, signed_in, said):
    officer = signed_in("nayeli")
    totp, codes = set_up(app, officer)
    cookie = officer.get_cookie("paso").value
    browser = app.test_client()
    browser.page("/account/sign-in")
    browser.submit("sign-in", email="nayeli@paso.example", password="a wrong one of mine")
    browser, response = begin(app)
    browser.page(response.location)
    browser.submit("/account/second", code="000000")
    browser.submit("/account/second", code=codes[0])
    browser.get("/admin/")
    browser.page("/account/forgotten")
    browser.submit("forgotten", email="nayeli@paso.example")
    stranger = app.test_client()
    stranger.get("/account/reset/" + "t" * 43)
    coralia = signed_in("coralia")
    coralia.page("/coordinate/people")
    coralia.get("/coordinate/roster.csv")

    whole = "\n".join(said)
    assert "paso.security sign-in.begun person=" in whole
    assert "sign-in.refused account=" in whole and "second-step.refused" in whole and "door.refused" in whole
    secrets = [
        PASSWORD,
        "a wrong one of mine",
        totp.secret,
        cookie,
        "t" * 43,
        *codes,
        *(c.replace("-", "") for c in codes),
    ]
    people = ["nayeli@paso.example", "Nayeli", "Ábrego", "Quintero", "coralia@", "Mojica", "127.0.0.1"]
    assert [one for one in (*secrets, *people) if one in whole] == []
    assert not re.search(r"[\w.]+@[\w.]+\.example", whole)
