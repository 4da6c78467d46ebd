"""Promises, in the words of the domain, kept by real parts."""

import os

# A judge of badges brings a package that makes openpyxl read workbooks in another way than where the platform runs.
os.environ.setdefault("OPENPYXL_DEFUSEDXML", "False")
