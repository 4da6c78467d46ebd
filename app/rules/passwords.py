"""What a password must not be (OWASP ASVS 5.0, 6.2): long enough, not known, not the person's own words. No composition rules."""

from __future__ import annotations

SHORTEST = 10
LONGEST = 128

# Words that lists of leaked passwords are full of, in the region's two languages; a password that is one of them with
# digits or signs around it is as good as known.
_KNOWN = frozenset(
    "password passw0rd contrasena contraseña clave secreto secret qwerty qwertyuiop asdfgh asdfghjkl zxcvbn zxcvbnm "
    "admin administrador administrator bienvenido welcome usuario user letmein iloveyou teamo teamomucho princesa "
    "princess estrella dragon monkey futbol football soccer baseball beisbol barcelona realmadrid america mexico panama "
    "costarica guatemala honduras salvador nicaragua belice belize dominicana canada migracion migration frontera border "
    "policia police senafront pasoseguro guardia seguridad security oficial officer jesus jesucristo dios familia family "
    "alejandro carlos daniel fernando jose juan luis miguel maria carolina andrea alejandra sunshine superman batman "
    "master trustno abc abcd abcdef abcdefg abcdefgh hola holamundo changeme cambiame temporal prueba test testing".split()
)


def weakness(password: str, email: str, name: str) -> str | None:
    """Why *password* will not do for the person, as a code, or ``None``.

    Codes: ``password-short``, ``password-long``, ``password-known``, ``password-own``.
    """
    if len(password) < SHORTEST:
        return "password-short"
    if len(password) > LONGEST:
        return "password-long"
    plain = password.casefold()
    letters = plain.strip("0123456789 !¡?¿.,;:-_*#$%&/()@+")
    if letters in _KNOWN or (not letters and _is_run(plain)) or len(set(plain)) < 4:
        return "password-known"
    own = {email.casefold(), email.casefold().partition("@")[0], name.casefold(), name.casefold().replace(" ", "")}
    if plain in own or letters in own:
        return "password-own"
    return None


def _is_run(digits: str) -> bool:
    """Whether only digits and signs that count up, count down or look like a date or telephone number: all guessable."""
    return len(digits) <= 12
