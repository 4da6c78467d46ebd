"""Folders, zips and the files in them."""

from __future__ import annotations

from app.courseware.explanations.table import LESSON, Explained, Table

FILES: Table = {
    "source-folder-missing": Explained(
        "The command was given a folder that is not there. Check the name and where you are.",
        "Se indicó una carpeta que no existe. Revise el nombre y el lugar donde está usted.",
        "", "paso courses check courses/border-basics", "paso courses check courses/border-basic",
    ),
    "source-path-unsafe": Explained(
        "A name that leaves its folder, or that another system reads differently, could overwrite other files.",
        "Un nombre que sale de su carpeta, o que otro sistema lee de otro modo, podría sobrescribir otros archivos.",
        "", "01-mission/media/post.svg", "../01-mission/media/post.svg",
    ),
    "source-path-twice": Explained(
        "Many computers do not tell capital from small letters, so one of the two files would be lost there.",
        "Muchas computadoras no distinguen mayúsculas de minúsculas, y allí se perdería uno de los dos archivos.",
        "", "media/post.svg\nmedia/post-2.svg", "media/post.svg\nmedia/Post.svg",
    ),
    "source-link": Explained(
        "A link shows a file of one computer only. The course would be incomplete, or would show what it should not.",
        "Un enlace muestra un archivo de una sola computadora. El curso quedaría incompleto o mostraría lo que no debe.",
        "", "media/post.svg", "media/post.svg -> ../../../Pictures/post.svg",
    ),
    "source-not-plain": Explained(
        "Pipes, devices and the like are no files that can be read to their end.",
        "Las tuberías, los dispositivos y cosas parecidas no son archivos que se puedan leer hasta el final.",
        "", "01-mission/module.en.md  (a file)", "01-mission/module.en.md  (a named pipe)",
    ),
    "source-too-many": Explained(
        "A course has some hundred files. More usually means that a wrong folder was taken.",
        "Un curso tiene unos cientos de archivos. Más suele indicar que se tomó otra carpeta.",
        "", "courses/border-basics", "Documents",
    ),
    "source-file-too-large": Explained(
        "Officers read over slow connections. Make the picture smaller, or divide the recording.",
        "El personal lee con conexiones lentas. Reduzca la imagen o divida la grabación.",
        "", "media/map.webp  (120 KB)", "media/map.png  (60 MB)",
    ),
    "source-too-large": Explained(
        "All files together are more than a course may weigh. Make pictures and recordings smaller.",
        "Todos los archivos juntos superan lo que puede pesar un curso. Reduzca imágenes y grabaciones.",
        "", "course.zip  (40 MB)", "course.zip  (2 GB)",
    ),
    "zip-broken": Explained(
        "The file was cut off on its way, or it is of another kind. Make the zip again and send it again.",
        "El archivo se cortó en el camino o es de otra clase. Haga el zip de nuevo y envíelo otra vez.",
        "", "course.zip", "course.rar",
    ),
    "zip-encrypted": Explained(
        "Nobody is there to type the password while the zip is read.",
        "Nadie puede escribir la contraseña mientras se lee el zip.",
        "", "zip -r course.zip border-basics", "zip -e -r course.zip border-basics",
    ),
    "zip-method": Explained(
        "Only the two usual ways of compressing are read: stored and deflated.",
        "Solo se leen los dos modos comunes de compresión: almacenado y «deflate».",
        "", "zip -r course.zip border-basics", "zip -Z bzip2 -r course.zip border-basics",
    ),
    "zip-ratio": Explained(
        "A small file that grows without measure is made to fill a disk. Texts and pictures never shrink that much.",
        "Un archivo pequeño que crece sin medida está hecho para llenar un disco. Textos e imágenes no se reducen tanto.",
        "", "course.zip  (4 MB, unpacked 9 MB)", "course.zip  (1 MB, unpacked 2 GB)",
    ),
    "course-file-missing": Explained(
        "course.yaml holds the facts of the course, and stands at the top of its folder or zip.",
        "course.yaml contiene los datos del curso y está en lo alto de su carpeta o zip.",
        "", "course.yaml\ncourse.en.md\n01-mission/module.en.md", "course.en.md\n01-mission/module.en.md",
    ),
    "file-unknown": Explained(
        "Only pages and media are read. A page's name is an optional number, a name, a language and “md”.",
        "Solo se leen páginas y archivos multimedia. El nombre de una página lleva un número opcional, un nombre, un idioma"
        " y «md».",
        "", "01-mission/2-the-post.en.md", "01-mission/2-the-post.txt",
    ),
    "file-language": Explained(
        "The letters before “.md” are a language that course.yaml does not list under “languages”.",
        "Las letras antes de «.md» son un idioma que course.yaml no nombra en «languages».",
        "", "01-mission/1-what-we-do.es.md", "01-mission/1-what-we-do.fr.md",
    ),
    "page-twice": Explained(
        "Numbers only order pages; without them, both files are the same page, and only one is read.",
        "Los números solo ordenan las páginas; sin ellos, ambos archivos son la misma página y solo se lee uno.",
        "", "1-what-we-do.en.md\n2-where-we-stand.en.md", "1-what-we-do.en.md\n2-what-we-do.en.md",
    ),
    "page-id-reserved": Explained(
        "The word is already an address of the site: a module “exam” or “exercise” or a lesson “quiz” would hide the"
        " examination, the integrated exercise or the quiz. Rename the file, or give the page another id in its front"
        " matter.",
        "La palabra ya es una dirección del sitio: un módulo «exam» o «exercise» o una lección «quiz» ocultaría el examen,"
        " el ejercicio integrado o la prueba. Cambie el nombre del archivo o dé otro id a la página en su encabezado.",
        "", "03-examination/module.en.md", "03-exam/module.en.md",
    ),
    "module-twice": Explained(
        "Two folders have the same name but for their numbers. Which one is meant cannot be known.",
        "Dos carpetas se llaman igual salvo por el número. No se puede saber cuál se quiere.",
        "", "01-mission\n05-rescue", "01-mission\n05-mission",
    ),
    "module-not-listed": Explained(
        "A folder with pages is no part of the course until “modules” in course.yaml names it.",
        "Una carpeta con páginas no es parte del curso hasta que «modules» de course.yaml la nombra.",
        "", "modules: [mission, protection, extra]\n03-extra/module.en.md",
        "modules: [mission, protection]\n03-extra/module.en.md",
    ),
    "not-utf8": Explained(
        "The file was saved in an old encoding, so that ñ and accents are lost. Choose UTF-8 in “Save as”.",
        "El archivo se guardó con una codificación antigua y se pierden la ñ y los acentos. Elija UTF-8 en «Guardar como».",
        "", "Encoding: UTF-8", "Encoding: Windows-1252",
    ),
    "control-character": Explained(
        "Such characters come with copied text. They are not seen, and can make a line read otherwise than it is written.",
        "Esos caracteres vienen con texto copiado. No se ven, y pueden hacer que una línea se lea de otro modo.",
        LESSON, "Every person has a name.", "Every \u202eperson has a name.",
    ),
    "page-too-large": Explained(
        "Nobody reads such a page on a telephone. Divide it into lessons.",
        "Nadie lee una página así en un teléfono. Divídala en lecciones.",
        "", "1-first.en.md  (20 KB)\n2-second.en.md  (20 KB)", "1-all.en.md  (2 MB)",
    ),
    "page-too-many-lines": Explained(
        "The page has more lines than can be read. Divide it into lessons.",
        "La página tiene más líneas de las que se pueden leer. Divídala en lecciones.",
        "", "a page of 400 lines", "a page of 10,000 lines",
    ),
    "page-too-many-items": Explained(
        "The page has thousands of list items. A table in a PDF, or several pages, serve readers better.",
        "La página tiene miles de elementos de lista. Una tabla en PDF, o varias páginas, sirven mejor.",
        "", "- one\n- two", "- one\n- two\n… 5,000 more",
    ),
    "page-too-many-directives": Explained(
        "The page opens or closes thousands of blocks. A bank of so many questions belongs in several files.",
        "La página abre o cierra miles de bloques. Un banco de tantas preguntas va en varios archivos.",
        "", ":::{note}\nOnce.\n:::", ":::{note}\nAgain and again.\n:::\n… 4,000 more",
    ),
    "table-too-wide": Explained(
        "Nobody reads a table with so many columns on a telephone. Divide it, or turn it.",
        "Nadie lee en un teléfono una tabla con tantas columnas. Divídala o gírela.",
        "", "| Post | Hours |\n| --- | --- |\n| El Cativo | 24 |", "| 1 | 2 | 3 | … | 500 |",
    ),
    "page-too-deep": Explained(
        "Lists in lists in lists: nobody follows so many levels. Write headings and short lists.",
        "Listas dentro de listas: nadie sigue tantos niveles. Escriba títulos y listas breves.",
        LESSON, "Marta is 17.", "> > > > > > > > > > > > > > > > > > Marta is 17.",
    ),
    "page-too-crowded": Explained(
        "A paragraph full of stars, brackets or quotation signs is a damaged file, not a text.",
        "Un párrafo lleno de asteriscos, corchetes o comillas es un archivo dañado y no un texto.",
        "", "Marta is *17*.", "*_*_*_*_*_… 3,000 signs",
    ),
    "line-too-long": Explained(
        "A line of so many letters is no sentence, usually a picture pasted as text. Put it in “media” as a file.",
        "Una línea de tantas letras no es una oración; suele ser una imagen pegada como texto. Póngala en «media».",
        "", "![The post](media/post.svg)", "iVBORw0KGgoAAAANSUhEUgAA… 50,000 letters",
    ),
    "media-missing": Explained(
        "The address is read from the folder of the page. Capital and small letters count.",
        "La dirección se lee desde la carpeta de la página. Importan las mayúsculas y minúsculas.",
        LESSON, "](media/post.svg)", "](media/Post.svg)",
    ),
    "media-type": Explained(
        "Browsers show only some kinds of files, and other kinds can carry programs.",
        "Los navegadores muestran solo algunas clases de archivos, y otras pueden llevar programas.",
        LESSON, "](media/post.svg)", "](../course.yaml)",
    ),
    "media-differs": Explained(
        "The name says one kind and the contents another. Save the file again in the kind that you want.",
        "El nombre indica una clase y el contenido otra. Guarde de nuevo el archivo en la clase que desea.",
        "", "media/a.png  (a PNG picture)", "media/a.png  (a Word document with another name)",
    ),
    "media-active": Explained(
        "A drawing can carry programs that would run in the reader's browser. Export it as “plain SVG”.",
        "Un dibujo puede llevar programas que se ejecutarían en el navegador. Expórtelo como «SVG simple».",
        "", '<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    ),
}  # fmt: skip
