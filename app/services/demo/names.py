"""Names of people who do not exist: drawn at random from the given names and surnames of each country's peoples.

Every list is common property; nobody was looked up. Spelling is that of the place: two surnames where they are
customary, ñ, accents and diaereses, the apostrophes of Mayan and Hawaiian languages, Québec's cedillas and ligatures.
"""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Naming:
    """How one people of a country names: given names, surnames, and how many of either."""

    share: int
    """out of all shares of its country"""
    women: tuple[str, ...]
    men: tuple[str, ...]
    surnames: tuple[str, ...]
    two_surnames: bool = True
    two_given: float = 0.35
    """how often a second given name is borne"""
    joiner: str = " "
    """between two surnames"""


def _list(text: str) -> tuple[str, ...]:
    return tuple(name.strip().replace("_", " ") for name in text.split())


_WOMEN = _list("""
    María Ana_Lucía Yamileth Marisol Verónica Jazmín Belén Rocío Inés Noemí Elvira Graciela Leticia
    Xiomara Dayana Lisbeth Karla Gabriela Andrea Daniela Sofía Valeria Paola Mónica Patricia Silvia
    Rosario Concepción Esperanza Milagro Lourdes Ángela Fátima Zoila Yesenia Ivania Nohemí Itzel Génesis
    Abigaíl Raquel Débora Rebeca Lidia Martha_Lidia Evelyn
""")
_MEN = _list("""
    José Luis Carlos Andrés Óscar Rubén Héctor Ramón Víctor Germán Adrián Fabián Tomás Joaquín Iván
    Nelson Wilmer Edwin Byron Darwin Franklin Elmer Hernán Gerardo Rodrigo Mauricio Ernesto Moisés Abel
    Ezequiel Elías Josué Isaías Efraín Rigoberto Ángel Martín Agustín Ulises Marlon Kevin Yahir Jairo
    Amílcar Nahún Santos
""")
_SURNAMES = _list("""
    Núñez Peña Muñoz Ordóñez Ibáñez Yáñez Cedeño Castañeda Briceño Quiñones Argüello Agüero Güendel
    Sigüenza Gómez López Pérez Hernández Martínez Rodríguez González Ramírez Sánchez Álvarez Gutiérrez
    Jiménez Vásquez Méndez Domínguez Benítez Suárez Ríos Ávila Rosales Molina Cárdenas Cáceres
    Villalobos Arévalo Córdoba Solís Barahona Escobar Fuentes Valdés Zúñiga Mejía Tejada
""")

NAMINGS: dict[str, tuple[Naming, ...]] = {
    "PA": (
        Naming(
            6,
            _WOMEN,
            _MEN,
            _list("""
                Ábrego Quintero Batista Bethancourt Arauz Góndola Peñalba Urriola Barría Saldaña Caballero Vergara
                Herrera De_Gracia Del_Cid Camarena Gutiérrez Núñez Espinosa Chacón Cedeño Pinzón Tuñón Rivas Ríos
                Atencio Samudio Concepción Ortega Frías Córdoba Mosquera Perea Murillo Rentería
            """),
        ),
        Naming(
            1,
            _list("Yenia Omayra Nidia Dalys Eneida Mitzila"),
            _list("Leonel Elvis Aquilino Faustino Arcenio Evelio"),
            _list("""
                Bejerano Montezuma Palacio Santos Carpintero Rodríguez Miranda Abrego Sire Caballero
            """),
        ),  # Ngäbe
        Naming(
            1,
            _list("Nayeli Dilia Yarineth Maribel Celmira"),
            _list("Eliécer Aníbal Dionel Plinio Heriberto"),
            _list("""
                Dogirama Guainora Chamarra Barrigón Mecha Sabugara Bacorizo Cheucarama Ismare Membache Chamapuro
                Opúa Peña
            """),
        ),
        Naming(
            1,
            _list("Iguandili Diwigdili Migdalia Aiban Yadira"),
            _list("Olonigdi Inaediguine Igua Rengifo Belisario"),
            _list("""
                Kantule Iglesias Archibold Díaz Arosemena Smith Morris Martínez Avilés
            """),
        ),  # Guna
        Naming(
            1,
            _list("Sheyla Yolanda Ashanti Marcia Xenia"),
            _list("Alonzo Reynaldo Cecil Osvaldo Earl"),
            _list("""
                Brathwaite Grenald Lowe Beckford Small Henríquez Waithe Best McKenzie
            """),
        ),
    ),
    "CR": (
        Naming(
            7,
            _WOMEN,
            _MEN,
            _list("""
                Quesada Brenes Zúñiga Ureña Umaña Bolaños Céspedes Fallas Güendel Alfaro Calderón Esquivel Fernández
                Granados Monge Mora Obando Salazar Segura Solano Valverde Víquez Zeledón Elizondo Badilla Núñez
                Araya
            """),
        ),
        Naming(
            1,
            _list("Shirley Kimberly Yendry Nazareth"),
            _list("Delroy Anthony Kendall Glenroy"),
            _list("""
                Brown Campbell McLean Dixon Gordon Spence Cunningham Grant
            """),
        ),
        Naming(
            1,
            _list("Maricela Doris Noemí"),
            _list("Leví Rigoberto Geyner"),
            _list("""
                Mayorga Layan Villanueva Morales Torres Sánchez Ortiz Buitrago
            """),
        ),  # Bribri, Cabécar
    ),
    "HN": (
        Naming(
            6,
            _WOMEN,
            _MEN,
            _list("""
                Cálix Zúniga Murillo Ordóñez Bonilla Andino Padilla Funes Lagos Pineda Izaguirre Banegas Amador
                Matamoros Maradiaga Euceda Girón Castellanos Discua Aguilera Bulnes Rápalo Sabillón Erazo Núñez
                Velásquez Alvarado Reyes Sauceda
            """),
        ),
        Naming(
            2,
            _list("Nidia Suyapa Marcia Ángela Teófila Gumersinda"),
            _list("Crisanto Celso Teófilo Evaristo Lázaro Selvin"),
            _list("""
                Norales Arzú Guity Bernárdez Álvarez Suazo Batiz Centeno Martínez Castillo Ávila Mejía Crisanto
                Güity
            """),
        ),  # Garifuna
        Naming(
            1,
            _list("Elma Yolany Orfilia Clarissa"),
            _list("Norvin Wilmor Dennis Eliú"),
            _list("""
                Haylock Trapp Wood Goff Zelaya Bodden Kirinton Waldan Rivas
            """),
        ),  # Miskito
    ),
    "GT": (
        Naming(
            5,
            _WOMEN,
            _MEN,
            _list("""
                Arévalo Barrios Cifuentes Dardón Estrada Figueroa Godínez Illescas Lemus Marroquín Monterroso
                Orellana Paiz Quiñónez Recinos Samayoa Toledo Villagrán Ximénez Zepeda Girón Ordóñez Barillas
                Castañón Muñoz
            """),
        ),
        Naming(
            4,
            _list("""
                Ixchel Nikté Ixmukané Juana Candelaria Nicolasa Catarina Micaela Ixkik’ Saqijix
            """),
            _list("""
                B’alam K’awil Tepeu Domingo Pascual Sebastián Baltazar Diego Gaspar Lázaro
            """),
            _list("""
                Xol Caal Tzoc Ixcoy Cux Quej Pop Xicará Sacalxot Ajú Tzunún Choc Coc Chub Batz Ixcot Cumatz Sicajá
                Xitumul Tz’oc Mucía Tuyuc Chávez Calel Aju’ Chicoj Sis
            """),
        ),
        Naming(
            1, _list("Yulisa Kenia"), _list("Wilfredo Celestino"), _list("Arzú Castillo Núñez Álvarez Cayetano Ramírez")
        ),
    ),
    "MX": (
        Naming(
            6,
            _WOMEN + _list("Ximena Guadalupe Montserrat Fernanda"),
            _MEN + _list("Jesús Emiliano Cuitláhuac"),
            _list("""
                Castañón Güemes Ibarra Cárdenas Escamilla Treviño Garza Peñaloza Muñiz Zamudio Villaseñor Ochoa
                Arriaga Cantú Lozano Olvera Rentería Saldívar Tapia Urías Valdez Zárate Íñiguez Nájera Montaño
                Cervantes Trejo
            """),
        ),
        Naming(
            2,
            _list("""
                Xóchitl Citlali Itzel Nayeli Yatziri Sáasil Ixchel Naxhiely
            """),
            _list("Tonatiuh Canek Itzamná Balam"),
            _list("""
                Chan Tzuc Xool Pech Canul Ek’ Uicab Cauich Tuz Ku Sántiz Gómez Méndez Xiu Ñañez Jiménez Hau
            """),
        ),
    ),
    "DO": (
        Naming(
            6,
            _WOMEN + _list("Altagracia Yokasta Yudelka Massiel"),
            _MEN + _list("Wander Yeison Starlin Ambiorix"),
            _list("""
                Báez Núñez Encarnación Ogando Féliz Cuevas Matos Montás Medrano Peguero Mañón Ureña Liriano Paniagua
                Del_Rosario De_los_Santos Rosario Guzmán Polanco Taveras Jáquez Objío Peña Rodríguez Santana Terrero
                Vólquez
            """),
        ),
        Naming(
            2,
            _list("""
                Yolande Fédeline Rosemène Esterlina Marie-Ange Islande
            """),
            _list("""
                Wisly Jacquenel Toussaint Dieudonné Juan_Luis Élysée
            """),
            _list("""
                Pierre Jean-Baptiste Charlot Désir Saint-Fleur Michel Louis Joseph Yan Féquière Luis Toussaint
            """),
        ),
    ),
    "SV": (
        Naming(
            8,
            _WOMEN,
            _MEN,
            _list("""
                Menjívar Alvarenga Cárcamo Orellana Portillo Quijada Sigüenza Guardado Rivas Ayala Guzmán Cañas
                Mejía Ábrego Argueta Chicas Flamenco Landaverde Magaña Marroquín Ventura Zaldaña Villatoro Escamilla
                Renderos
            """),
        ),
        Naming(
            1,
            _list("Paula Genoveva Anastasia"),
            _list("Valentín Genaro Nazario"),
            _list("Tepas Musto Shunico Pérez Cortez Masin García"),
        ),
    ),
    "NI": (
        Naming(
            6,
            _WOMEN,
            _MEN,
            _list("""
                Argüello Chavarría Téllez Zelaya Rizo Blandón Castellón Dávila Espinoza Gaitán Lacayo Membreño
                Mondragón Narváez Obregón Picado Rugama Siézar Talavera Úbeda Valdivia Zamora Cerda Ñurinda Olivas
            """),
        ),
        Naming(
            2,
            _list("Shaira Nytzae Mirna Jolene Arelly"),
            _list("Rendell Norwing Elwin Jarvis Alston"),
            _list("""
                Cunningham Hooker Rigby Wilson Taylor Downs Chow Lackwood Müller Peralta Waldan Padilla
            """),
        ),
    ),
    "BZ": (
        Naming(
            3,
            _list("Shanelle Kaya Marvina Tanya Abigail Felicia"),
            _list("Kimani Deshawn Tyrell Lennox Gilroy Brandon"),
            _list("""
                Usher Gillett Flowers Young Neal Gentle Belisle Tillett Bevans Staine
            """),
            two_surnames=False,
        ),
        Naming(
            2,
            _list("Zoé Elodia Isani Martina"),
            _list("Cayetano Egbert Theodore Roy"),
            _list("""
                Lambey Palacio Arana Nuñez Castillo Avilez Sabal Zúniga
            """),
            two_surnames=False,
        ),  # Garifuna
        Naming(
            2,
            _list("Ixchel Filomena Florencia"),
            _list("Pablino Santiago Alejandro"),
            _list("Ical Coc Choc Bol Sho Tzul Cal Pech Tz’ib Ku Cucul"),
            two_surnames=False,
        ),  # Maya
        Naming(
            1, _list("Yaritza Marleny"), _list("Adán Rolando"), _list("Núñez Martínez Gongora Magaña Novelo Cárcamo")
        ),
    ),
    "CA": (
        Naming(
            3,
            _list("""
                Maëlle Océane Zoé Éloïse Anaïs Noémie Marie-Ève Françoise Chloë
            """),
            _list("""
                Étienne Jérôme François Benoît Loïc Gaël Cédric Jean-Sébastien Rémi
            """),
            _list("""
                Gagné Côté Bélanger Lévesque Thériault Gélinas Désilets Lefrançois Beauséjour D’Amours Ouellet
                Bouchard Lacœuille Prud’homme
            """),
            joiner="-",
            two_given=0,
        ),
        Naming(
            2,
            _list("Megan Harpreet Siobhán Amina Thảo"),
            _list("Connor Gurpreet Tadhg Yusuf Minh"),
            _list("""
                MacLeod Sidhu O’Reilly Hassan Nguyễn Kowalczyk Fraser Dhaliwal Petrović
            """),
            two_surnames=False,
            two_given=0,
        ),
        Naming(
            1,
            _list("Kateri Aiyana Alanis"),
            _list("Kanen Jimmy Tyson"),
            _list("""
                Iserhoff Awashish Papatie Mianscum Whiteduck Kakepetum
            """),
            two_surnames=False,
            two_given=0,
        ),  # Cree, Atikamekw
    ),
    "US": (
        Naming(
            3,
            _list("Ashley Monica Danielle Ximena Renée Keisha"),
            _list("Brandon Marcus Tyler René Jesús Darnell"),
            _list("""
                McAllister O’Connor Washington Peña Ramírez Okafor Hoffmann Nuñez Treviño Baptiste
            """),
            two_surnames=False,
            two_given=0.15,
        ),
        Naming(
            1,
            _list("Shandiin Dezbah"),
            _list("Hosteen Ahiga"),
            _list("Begay Yazzie Tsosie Benally Peshlakai"),
            two_surnames=False,
            two_given=0,
        ),  # Diné
        Naming(
            1,
            _list("Keʻala Leilani"),
            _list("Kaʻeo Kekoa"),
            _list("Kahananui Kealoha Nāhinu Kapuāʻala"),
            two_surnames=False,
            two_given=0,
        ),
    ),
}


def draw(rng: random.Random, country: str, sex: str) -> tuple[str, str, str]:
    """A name for somebody of *country*: the whole of it, its first given name and its first surname.

    *sex* is "f" or "m"; for anything else either list will do.
    """
    namings = NAMINGS[country]
    naming = rng.choices(namings, [n.share for n in namings])[0]
    given = {"f": naming.women, "m": naming.men}.get(sex) or rng.choice((naming.women, naming.men))
    first = rng.choice(given)
    names = [first]
    if " " not in first and "-" not in first and rng.random() < naming.two_given:
        seconds = [n for n in given if n != first and " " not in n]
        names.append(rng.choice(seconds))
    surnames = [rng.choice(naming.surnames)]
    if naming.two_surnames:  # the second is often one that the whole region shares
        pool = naming.surnames if naming.joiner != " " or rng.random() < 0.6 else _SURNAMES
        surnames.append(rng.choice([name for name in pool if name != surnames[0]]))
    return f"{' '.join(names)} {naming.joiner.join(surnames)}", first, surnames[0]
