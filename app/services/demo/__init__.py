"""The demo: the institutions of the eleven states of the RCM, three hundred officers who do not exist, and their work.

Read :mod:`story` first (``fill``, what a command calls), then :mod:`casting` (who they are and how far each gets),
:mod:`acts` (what that takes), :mod:`answering` (rightly or wrongly) and :mod:`playing` (doing it, through the real
services, with a clock that stands in the past), :mod:`deciding` (what trainers decide about exams) and :mod:`practising`
(practice days, and what officers say at the end). :mod:`institutions` and :mod:`names` are data.
"""
