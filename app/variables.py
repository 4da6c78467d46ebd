"""Every variable of the environment: what it is for, in both languages, what holds without it, and what holds now.

The table in docs/operating.md, ``paso settings`` and the administrators' page are all made of this list, and a test
compares it with what :class:`app.config.Config` reads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from app.config import Config


@dataclass(frozen=True)
class Variable:
    """``now`` tells the value in a configuration, with every secret in it hidden."""

    name: str
    default: str
    """as one would write it; "" where it is empty, or has to be set"""
    en: str
    es: str
    now: Callable[[Config], str]

    def meaning(self, language: str) -> str:
        return self.es if language == "es" else self.en


def masked(address: str) -> str:
    """*address* with the password in it hidden."""
    parts = urlsplit(address)
    if parts.password is None:
        return address
    before, _at, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{before.partition(':')[0]}:***@{host}"))


def _count(keys: tuple[str, ...]) -> str:
    return "***" + (f" ({len(keys)})" if len(keys) > 1 else "")


VARIABLES: tuple[Variable, ...] = (
    Variable(
        "PASO_ENV",
        "development",
        "“production”: HTTPS only, no demo accounts, nothing is made up that has to be set.",
        "«production»: solo HTTPS, sin cuentas de demostración, y no se inventa nada que deba fijarse.",
        lambda c: "production" if c.production else "development",
    ),
    Variable(
        "PASO_SECRET_KEY",
        "",
        "32 or more random characters that sign cookies and seals; several, separated by commas, while changing it. "
        "Outside production one is made.",
        "32 o más caracteres al azar que firman las cookies y los sellos; varias, separadas por comas, mientras se cambia. "
        "Fuera de producción se crea una.",
        lambda c: _count(c.secret_keys),
    ),
    Variable(
        "PASO_PUBLIC_URL",
        "",
        "The https:// address of the platform. It is printed on certificates and names who issues their badges: choose it "
        "for years.",
        "La dirección https:// de la plataforma. Se imprime en los certificados y nombra a quien emite sus insignias: "
        "elíjala para años.",
        lambda c: c.public_url,
    ),
    Variable(
        "PASO_DATABASE_URL",
        "",
        "sqlite:////srv/paso/paso.db or postgresql://user:password@host/name. Outside production a file in PASO_INSTANCE.",
        "sqlite:////srv/paso/paso.db o postgresql://usuario:clave@servidor/nombre. Fuera de producción, un archivo en "
        "PASO_INSTANCE.",
        lambda c: masked(c.database_url),
    ),
    Variable(
        "PASO_INSTANCE",
        "instance",
        "The folder of what one machine keeps: the database file, keys, stamps.",
        "La carpeta de lo que guarda un solo equipo: el archivo de la base de datos, las claves, las marcas.",
        lambda c: str(c.instance),
    ),
    Variable(
        "PASO_KEYS",
        "instance/keys",
        "The folder of the keys that sign certificates; readable by the server’s user alone.",
        "La carpeta de las claves que firman los certificados; legible solo para el usuario del servidor.",
        lambda c: str(c.keys),
    ),
    Variable(
        "PASO_HOST",
        "127.0.0.1",
        "The address to listen on. A reverse proxy with HTTPS stands in front of it.",
        "La dirección en que escucha. Delante va un proxy inverso con HTTPS.",
        lambda c: c.host,
    ),
    Variable("PASO_PORT", "8000", "The port to listen on.", "El puerto en que escucha.", lambda c: str(c.port)),
    Variable(
        "PASO_WORKERS",
        "",
        "Server processes, of four threads each; without it as many as there are processors, from 2 to 4.",
        "Procesos del servidor, de cuatro hilos cada uno; sin fijarlo, tantos como procesadores, de 2 a 4.",
        lambda c: str(c.workers),
    ),
    Variable(
        "PASO_PROXIES",
        "0",
        "How many reverse proxies (Caddy, nginx) stand in front, whose X-Forwarded headers are believed.",
        "Cuántos proxies inversos (Caddy, nginx) hay delante, cuyas cabeceras X-Forwarded se creen.",
        lambda c: str(c.proxies),
    ),
    Variable(
        "PASO_LOG",
        "text",
        "“json” (in production without being set): a JSON object a line; “text”: to be read.",
        "«json» (en producción sin fijarlo): un objeto JSON por línea; «text»: para leerse.",
        lambda c: c.log,
    ),
    Variable(
        "PASO_METRICS",
        "",
        "A token of 16 or more characters with which /metrics answers (Authorization: Bearer); “off”: it never does; without "
        "it, only to this machine itself.",
        "Una ficha de 16 o más caracteres con la que responde /metrics (Authorization: Bearer); «off»: nunca responde; sin "
        "fijarla, solo al propio equipo.",
        lambda c: c.metrics if c.metrics in ("", "off") else "***",
    ),
    Variable(
        "PASO_SMTP_URL",
        "",
        "smtp://user:password@host:587 or smtps://…; without it no message leaves, and invitation links are handed over.",
        "smtp://usuario:clave@servidor:587 o smtps://…; sin fijarla no sale ningún mensaje y los enlaces de invitación se "
        "entregan a mano.",
        lambda c: masked(c.smtp_url),
    ),
    Variable(
        "PASO_MAIL_FROM",
        "",
        "The sender of messages.",
        "El remitente de los mensajes.",
        lambda c: c.mail_from,
    ),
    Variable(
        "PASO_ISSUER_EN",
        "Paso Seguro",
        "Who certifies, as English certificates name it; only with its consent.",
        "Quién certifica, como lo nombran los certificados en inglés; solo con su consentimiento.",
        lambda c: c.issuer_en,
    ),
    Variable(
        "PASO_ISSUER_ES",
        "Paso Seguro",
        "The same in Spanish; without it as in English.",
        "Lo mismo en español; sin fijarlo, como en inglés.",
        lambda c: c.issuer_es,
    ),
    Variable(
        "PASO_PLACE",
        "",
        "The place that certificates name.",
        "El lugar que nombran los certificados.",
        lambda c: c.place,
    ),
    Variable(
        "PASO_SIGNERS",
        "",
        "Who signs certificates, only with their consent: Name|role in English|role in Spanish; …",
        "Quién firma los certificados, solo con su consentimiento: Nombre|cargo en inglés|cargo en español; …",
        lambda c: "; ".join(f"{name}|{role['en']}|{role['es']}" for name, role in c.signers),
    ),
    Variable(
        "PASO_KEEP_SIGN_INS",
        "90",
        "Days for which a sign-in is kept that nobody uses; 0 is for ever.",
        "Días que se conserva un inicio de sesión que nadie usa; 0 es siempre.",
        lambda c: str(c.keep_sign_ins),
    ),
    Variable(
        "PASO_KEEP_LINKS",
        "30",
        "Days for which links are kept that were used or are over; 0 is for ever.",
        "Días que se conservan los enlaces usados o vencidos; 0 es siempre.",
        lambda c: str(c.keep_links),
    ),
    Variable(
        "PASO_KEEP_NOTICES",
        "180",
        "Days for which the text of messages is kept that were sent; 0 is for ever.",
        "Días que se conserva el texto de los mensajes enviados; 0 es siempre.",
        lambda c: str(c.keep_notices),
    ),
    Variable(
        "PASO_KEEP_VIEWS",
        "730",
        "Days for which it is kept whose record was looked at and why a file was handed on; 0 is for ever.",
        "Días que se conserva de quién se consultó el expediente y por qué se entregó un archivo; 0 es siempre.",
        lambda c: str(c.keep_views),
    ),
    Variable(
        "PASO_KEEP_INACTIVE_YEARS",
        "5",
        "Years after which an account that nobody uses is listed for an administrator, who decides; 0 lists none.",
        "Años tras los cuales una cuenta que nadie usa se muestra a administración, que decide; 0 no muestra ninguna.",
        lambda c: str(c.keep_inactive_years),
    ),
    Variable(
        "PASO_TWO_STEPS",
        "",
        "The roles that must have a second step (authenticator app or passkey), with commas: “administrator,coordinator” in "
        "production without being set; “none” asks nobody.",
        "Las funciones que deben tener un segundo paso (aplicación de autenticación o llave de acceso), separadas por comas: "
        "«administrator,coordinator» en producción si no se fija; «none» no se lo pide a nadie.",
        lambda c: ",".join(sorted(c.two_steps)) or "none",
    ),
    Variable(
        "PASO_OIDC_ISSUER",
        "",
        "The https:// address of the institution’s own sign-in service (OpenID Connect), for people who have an account here; "
        "register …/account/provider/back there.",
        "La dirección https:// del servicio de ingreso de la institución (OpenID Connect), para quienes tienen cuenta aquí; "
        "registre allí …/account/provider/back.",
        lambda c: c.provider.issuer if c.provider else "",
    ),
    Variable(
        "PASO_OIDC_CLIENT_ID",
        "",
        "The name by which that service knows the platform.",
        "El nombre con que ese servicio conoce la plataforma.",
        lambda c: c.provider.client_id if c.provider else "",
    ),
    Variable(
        "PASO_OIDC_CLIENT_SECRET",
        "",
        "The secret that the platform shares with that service.",
        "El secreto que la plataforma comparte con ese servicio.",
        lambda c: "***" if c.provider else "",
    ),
    Variable(
        "PASO_OIDC_NAME_EN",
        "",
        "What the button for that service says; without it the service’s host.",
        "Lo que dice en inglés el botón de ese servicio; sin esto, el nombre de su servidor.",
        lambda c: c.provider.name["en"] if c.provider else "",
    ),
    Variable(
        "PASO_OIDC_NAME_ES",
        "",
        "The same in Spanish; without it as in English.",
        "Lo mismo en español; sin esto, como en inglés.",
        lambda c: c.provider.name["es"] if c.provider else "",
    ),
    Variable(
        "PASO_DEMO",
        "",
        "1: made-up people with a known password, as “paso run” does it; refused in production.",
        "1: personas inventadas con una contraseña conocida, como hace «paso run»; se rechaza en producción.",
        lambda c: "1" if c.demo else "",
    ),
)


def table(language: str = "en") -> str:
    """The list as a Markdown table: what docs/operating.md holds between its marks."""
    head = ("variable", "default", "meaning") if language == "en" else ("variable", "valor por omisión", "significado")
    lines = [f"| {' | '.join(head)} |", "|---|---|---|"]
    for one in VARIABLES:
        default = f"`{one.default}`" if one.default else ""
        lines.append(f"| `{one.name}` | {default} | {one.meaning(language).replace('|', chr(92) + '|')} |")
    return "\n".join(lines)
