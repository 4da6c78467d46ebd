"""What we keep: SQLAlchemy tables. Only services write here."""
