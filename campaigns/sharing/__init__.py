"""How a campaign or a version looks elsewhere: pictures, badges, calendars. Plain data in, bytes out; no database."""
