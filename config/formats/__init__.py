"""How days and moments are written, in place of Django's ways: the same everywhere, in pages and in mails."""
