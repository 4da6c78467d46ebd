"""The paper: what a certificate states, how it is worded, and the page it is printed on.

Pure Python: no web, no database, nothing of ``app``. The same facts always give the same bytes.

Read it in this order:

* ``facts`` is everything a certificate states, frozen and checked: ``Facts(...)``, ``to_json``, ``from_json``,
  ``digest``.
* ``serial`` makes the code that names a certificate, and reads what people type of it.
* ``wording`` puts the facts into sentences, in English and Spanish, as the form of a year has them.
* ``fonts`` knows the letters: which can be printed, from which face, and where each accent sits.
* ``layout`` fits words into widths and heights; ``ornament`` draws border, rosettes and seal; ``pen`` writes both as
  PDF operators; ``page`` is one sheet, and the only module that asks ReportLab for a document.
* ``drawing`` brings them together: ``render(facts, languages, paper, verify_url, token) -> bytes``.
* ``keys`` holds what signs; ``cose`` signs data with it. ``token`` is the signed facts in the square code, which need no
  server to be verified; ``revocations`` is the signed list of certificates that are no longer good.

There is no code in this file on purpose: import the modules.
"""
