"""What all doors share: languages, forms, errors, headers, downloads, static files. Knows no door, service or table."""
