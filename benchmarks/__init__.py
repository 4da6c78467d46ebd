"""What users wait for, each beside its floor, in one run: ``make bench``. Ratios are what counts; machines differ."""
