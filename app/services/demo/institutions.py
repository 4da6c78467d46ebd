"""The institutions of the demo. States, services and acronyms are real (CURRICULUM B5), in the words of their country.

Posts are not: they bear the names of trees and of the places of the course, so that nobody takes a figure of the demo
for one of a real post. Their names end in their service's, because that is how they stand on a certificate.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Node:
    """An institution and those below it. ``officers`` learn in the node's posts, or in itself where it has none."""

    slug: str
    name: str
    acronym: str = ""
    kind: str = "service"
    officers: int = 0
    ladder: str = ""
    """whose ranks they hold (:data:`RANKS`)"""
    below: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Placed:
    """A node in its place."""

    node: Node
    country: str
    path: str
    parent: str
    """path, "" for a state"""
    service: str
    """path of the service it belongs to, "" for a state"""


ENGLISH = frozenset(("BZ", "CA", "US"))
"""states whose officers read the course in English; all others read Spanish"""

RANKS: dict[str, tuple[tuple[str, str], ...]] = {
    "pa": (
        ("Agente", "Agente"),
        ("Agente", "Agente"),
        ("Agente", "Agente"),
        ("Cabo 2.º", "Cabo 2.ª"),
        ("Cabo 1.º", "Cabo 1.ª"),
        ("Sargento 2.º", "Sargento 2.ª"),
        ("Sargento 1.º", "Sargento 1.ª"),
        ("Subteniente", "Subteniente"),
        ("Teniente", "Teniente"),
        ("Capitán", "Capitana"),
    ),
    "police": (
        ("Agente", "Agente"),
        ("Agente", "Agente"),
        ("Agente", "Agente"),
        ("Cabo", "Cabo"),
        ("Sargento", "Sargento"),
        ("Subinspector", "Subinspectora"),
        ("Inspector", "Inspectora"),
    ),
    "hn": (
        ("Agente", "Agente"),
        ("Agente", "Agente"),
        ("Agente", "Agente"),
        ("Clase I", "Clase I"),
        ("Subinspector", "Subinspectora"),
        ("Inspector", "Inspectora"),
        ("Subcomisario", "Subcomisaria"),
    ),
    "migration": (
        ("Oficial de Migración", "Oficial de Migración"),
        ("Oficial de Migración", "Oficial de Migración"),
        ("Inspector de Migración", "Inspectora de Migración"),
        ("Supervisor de turno", "Supervisora de turno"),
        ("Jefe de puesto", "Jefa de puesto"),
    ),
    "mx": (
        ("Agente Federal de Migración", "Agente Federal de Migración"),
        ("Agente Federal de Migración", "Agente Federal de Migración"),
        ("Jefe de departamento", "Jefa de departamento"),
        ("Subdirector", "Subdirectora"),
    ),
    "troops": (
        ("Soldado", "Soldado"),
        ("Soldado", "Soldado"),
        ("Cabo", "Cabo"),
        ("Sargento", "Sargento"),
        ("Segundo teniente", "Segunda teniente"),
        ("Primer teniente", "Primera teniente"),
    ),
    "do": (
        ("Raso", "Raso"),
        ("Raso", "Raso"),
        ("Cabo", "Cabo"),
        ("Sargento", "Sargento"),
        ("Sargento mayor", "Sargento mayor"),
        ("Segundo teniente", "Segundo teniente"),
        ("Primer teniente", "Primer teniente"),
    ),
    "civil": (
        ("Analista", "Analista"),
        ("Oficial de protección", "Oficial de protección"),
        ("Trabajador social", "Trabajadora social"),
        ("", ""),
    ),
    "bz": (
        ("Immigration Officer", "Immigration Officer"),
        ("Immigration Officer", "Immigration Officer"),
        ("Senior Immigration Officer", "Senior Immigration Officer"),
        ("Port Commander", "Port Commander"),
    ),
    "bz-police": (
        ("Constable", "Constable"),
        ("Corporal", "Corporal"),
        ("Sergeant", "Sergeant"),
        ("Inspector", "Inspector"),
    ),
    "ca": (
        ("Border Services Officer", "Border Services Officer"),
        ("Border Services Officer", "Border Services Officer"),
        ("Superintendent", "Superintendent"),
    ),
    "ca-police": (
        ("Constable", "Constable"),
        ("Constable", "Constable"),
        ("Corporal", "Corporal"),
        ("Sergeant", "Sergeant"),
    ),
    "us": (
        ("Border Patrol Agent", "Border Patrol Agent"),
        ("CBP Officer", "CBP Officer"),
        ("CBP Officer", "CBP Officer"),
        ("Supervisory CBP Officer", "Supervisory CBP Officer"),
    ),
    "en-civil": (("Officer", "Officer"), ("Senior Officer", "Senior Officer"), ("", "")),
}
"""(man's, woman's), as often as they are met, from the lowest"""


def _slug(text: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _posts(service: str, *names: str) -> tuple[Node, ...]:
    """Posts of *service*; "Puesto|Paso del Guayacán" is the post of that place."""
    found = []
    for name in names:
        word, _bar, place = name.rpartition("|")
        found.append(Node(_slug(place), f"{word} {place}".strip() + f", {service}", kind="post"))
    return tuple(found)


def _unit(slug: str, name: str, acronym: str = "", below: tuple[Node, ...] = ()) -> Node:
    return Node(slug, name, acronym, "region", below=below)


def _state(country: str, name: str, *services: Node) -> tuple[str, Node]:
    return country, Node(country.lower(), name, kind="state", below=services)


STATES: tuple[tuple[str, Node], ...] = (
    _state(
        "PA",
        "Panamá",
        Node(
            "senafront",
            "Servicio Nacional de Fronteras",
            "SENAFRONT",
            officers=38,
            ladder="pa",
            below=(
                _unit("educacion-integral", "Dirección de Educación Integral, SENAFRONT"),
                _unit(
                    "usfroh",
                    "Unidad de Seguridad Fronteriza Humanitaria, SENAFRONT",
                    "USFROH",
                    _posts("USFROH", "Estación|El Cativo", "Puesto|Boca Cativo"),
                ),
                *_posts("SENAFRONT", "Puesto|Paso del Guayacán", "Puesto|Río Tamarindo"),
            ),
        ),
        Node(
            "snm",
            "Servicio Nacional de Migración",
            "SNM",
            officers=14,
            ladder="migration",
            below=(
                _unit("academia", "Academia Migratoria, SNM"),
                *_posts("SNM Panamá", "Control|Paso del Guayacán", "Control|Puente del Corotú"),
            ),
        ),
        Node(
            "senan",
            "Servicio Nacional Aeronaval",
            "SENAN",
            officers=6,
            ladder="pa",
            below=_posts("SENAN", "Puesto|Bahía Manglillo"),
        ),
        Node("policia-nacional", "Policía Nacional de Panamá", "PN"),
        Node("sinaproc", "Sistema Nacional de Protección Civil", "SINAPROC"),
        Node("onpar", "Oficina Nacional para la Atención de Refugiados", "ONPAR", officers=2, ladder="civil"),
        Node("senniaf", "Secretaría Nacional de Niñez, Adolescencia y Familia", "SENNIAF"),
    ),
    _state(
        "CR",
        "Costa Rica",
        Node(
            "dgme",
            "Dirección General de Migración y Extranjería",
            "DGME",
            officers=10,
            ladder="migration",
            below=_posts("DGME Costa Rica", "Puesto|Paso del Cenízaro", "Puesto|Río Guachipelín"),
        ),
        Node(
            "ppme",
            "Policía Profesional de Migración y Extranjería",
            "PPME",
            officers=12,
            ladder="migration",
            below=_posts("PPME", "Delegación|Cerro Espavel", "Delegación|Boca Poró"),
        ),
        Node(
            "policia-de-fronteras",
            "Policía de Fronteras, Ministerio de Seguridad Pública",
            "",
            officers=8,
            ladder="police",
            below=_posts("Policía de Fronteras", "Puesto|Llano Corteza"),
        ),
        Node("fuerza-publica", "Fuerza Pública", "FP"),
        Node("pani", "Patronato Nacional de la Infancia", "PANI", officers=2, ladder="civil"),
    ),
    _state(
        "HN",
        "Honduras",
        Node(
            "dnspf",
            "Policía Nacional, Dirección Nacional de Servicios Policiales Fronterizos",
            "DNSPF",
            officers=20,
            ladder="hn",
            below=_posts("DNSPF", "Puesto|Paso del Liquidámbar", "Puesto|Río Guanacastillo", "Puesto|Boca Icaco"),
        ),
        Node(
            "inm",
            "Instituto Nacional de Migración",
            "INM",
            officers=14,
            ladder="migration",
            below=_posts("INM Honduras", "Delegación|Paso del Liquidámbar", "Delegación|Llano Carreto"),
        ),
        Node("senaf", "Secretaría de Niñez, Adolescencia y Familia", "SENAF", officers=2, ladder="civil"),
    ),
    _state(
        "GT",
        "Guatemala",
        Node(
            "igm",
            "Instituto Guatemalteco de Migración",
            "IGM",
            officers=16,
            ladder="migration",
            below=_posts("IGM", "Delegación|Paso del Conacaste", "Delegación|Río Amatillo"),
        ),
        Node(
            "pnc-dipafront",
            "Policía Nacional Civil, División de Puertos, Aeropuertos y Puestos Fronterizos",
            "PNC-DIPAFRONT",
            officers=16,
            ladder="police",
            below=_posts("DIPAFRONT", "Subestación|Paso del Conacaste", "Subestación|Cerro Pinabete"),
        ),
        Node("pgn", "Procuraduría General de la Nación", "PGN", officers=2, ladder="civil"),
        Node("svet", "Secretaría contra la Violencia Sexual, Explotación y Trata de Personas", "SVET"),
    ),
    _state(
        "MX",
        "México",
        Node(
            "inm",
            "Instituto Nacional de Migración",
            "INM",
            officers=28,
            ladder="mx",
            below=(
                _unit(
                    "grupos-beta",
                    "Grupos Beta de Protección a Migrantes, INM México",
                    below=_posts("INM México", "Grupo Beta|Río Ahuehuete"),
                ),
                _unit(
                    "frontera-sur",
                    "Región Sur, INM México",
                    below=_posts("INM México", "Estación|Paso del Pochote", "Punto de internación|Río Chicozapote"),
                ),
                _unit(
                    "frontera-norte",
                    "Región Norte, INM México",
                    below=_posts("INM México", "Punto de internación|Llano Mezquitillo"),
                ),
            ),
        ),
        Node(
            "guardia-nacional",
            "Guardia Nacional",
            "GN",
            officers=6,
            ladder="troops",
            below=_posts("Guardia Nacional", "Puesto|Paso del Pochote"),
        ),
        Node("comar", "Comisión Mexicana de Ayuda a Refugiados", "COMAR", officers=4, ladder="civil"),
        Node("dif", "Sistema Nacional DIF, Procuraduría Federal de Protección de NNA", "SNDIF"),
    ),
    _state(
        "DO",
        "República Dominicana",
        Node(
            "cesfront",
            "Cuerpo Especializado de Seguridad Fronteriza Terrestre",
            "CESFRONT",
            officers=16,
            ladder="do",
            below=_posts("CESFRONT", "Puesto|Paso del Almácigo", "Puesto|Río Copeyal"),
        ),
        Node(
            "dgm",
            "Dirección General de Migración",
            "DGM",
            officers=14,
            ladder="migration",
            below=_posts("DGM", "Puesto|Paso del Almácigo", "Puesto|Loma Guaconejal"),
        ),
        Node("inm-rd", "Instituto Nacional de Migración", "INM RD", officers=2, ladder="civil"),
        Node("conani", "Consejo Nacional para la Niñez y la Adolescencia", "CONANI"),
    ),
    _state(
        "SV",
        "El Salvador",
        Node(
            "dgme",
            "Dirección General de Migración y Extranjería",
            "DGME",
            officers=10,
            ladder="migration",
            below=_posts("DGME El Salvador", "Patrulla|Paso del Maquilishuat"),
        ),
        Node(
            "pnc",
            "Policía Nacional Civil, División de Seguridad Fronteriza",
            "PNC",
            officers=8,
            ladder="police",
            below=_posts("PNC El Salvador", "Puesto|Río Copinolar"),
        ),
        Node("faes", "Fuerza Armada de El Salvador, Comando Sumpul", "FAES"),
        Node("coder", "Comisión para la Determinación de la Condición de Personas Refugiadas", "CODER"),
        Node("conapina", "Consejo Nacional de la Primera Infancia, Niñez y Adolescencia", "CONAPINA"),
    ),
    _state(
        "NI",
        "Nicaragua",
        Node(
            "dgme",
            "Dirección General de Migración y Extranjería",
            "DGME",
            officers=14,
            ladder="migration",
            below=(*_posts("DGME Nicaragua", "Puesto|Paso del Genízaro", "Puesto|Río Guapinolar"),),
        ),
        Node("policia-nacional", "Policía Nacional de Nicaragua", "PN"),
    ),
    _state(
        "BZ",
        "Belize",
        Node(
            "dbmis",
            "Department of Border Management and Immigration Services",
            "DBMIS",
            officers=9,
            ladder="bz",
            below=_posts("DBMIS", "Mahogany Landing Post", "Ziricote Crossing Post"),
        ),
        Node("bpd", "Belize Police Department", "BPD", officers=3, ladder="bz-police"),
        Node("bcg", "Belize Coast Guard", "BCG"),
        Node("bbma", "Belize Border Management Agency", "BBMA"),
        Node("refugees", "Refugees Department", "", officers=2, ladder="en-civil"),
        Node("dhs", "Department of Human Services", "DHS"),
    ),
    _state(
        "CA",
        "Canada",
        Node(
            "cbsa",
            "Canada Border Services Agency / Agence des services frontaliers du Canada",
            "CBSA/ASFC",
            officers=8,
            ladder="ca",
            below=_posts("CBSA/ASFC", "Tamarack Crossing", "Poste|Rivière-aux-Mélèzes"),
        ),
        Node(
            "ircc",
            "Immigration, Refugees and Citizenship Canada / Immigration, Réfugiés et Citoyenneté Canada",
            "IRCC",
            officers=2,
            ladder="en-civil",
        ),
        Node(
            "rcmp",
            "Royal Canadian Mounted Police / Gendarmerie royale du Canada",
            "RCMP/GRC",
            officers=2,
            ladder="ca-police",
        ),
        Node("irb", "Immigration and Refugee Board / Commission de l’immigration et du statut de réfugié", "IRB/CISR"),
    ),
    _state(
        "US",
        "United States of America",
        Node(
            "cbp",
            "U.S. Customs and Border Protection",
            "CBP",
            officers=12,
            ladder="us",
            below=_posts("CBP", "Cottonwood Draw Station", "Mesquite Bend Crossing"),
        ),
        Node("uscis", "U.S. Citizenship and Immigration Services", "USCIS"),
        Node("orr", "Office of Refugee Resettlement", "ORR"),
    ),
)


def placed() -> Iterator[Placed]:
    """Every institution in its place, each after the one above it."""
    for country, state in STATES:
        yield from _walk(state, country, "", "")


def _walk(node: Node, country: str, parent: str, service: str) -> Iterator[Placed]:
    path = f"{parent or '/'}{node.slug}/"
    service = path if node.kind == "service" else service
    yield Placed(node, country, path, parent, service)
    for child in node.below:
        yield from _walk(child, country, path, service)


def services() -> list[Placed]:
    """The services in which officers learn."""
    return [one for one in placed() if one.node.officers]


def workplaces(service: Placed) -> list[str]:
    """Paths of the posts below *service*, or its own where it has none."""
    posts = [one.path for one in placed() if one.node.kind == "post" and one.path.startswith(service.path)]
    return posts or [service.path]
