"""Made-up contexts of the mails of accounts: a name, a template, and what its words need."""

FROM = {"ip": "203.0.113.7", "user_agent": "Firefox", "at": "2026-04-11T03:10:00+00:00", "zone": "Asia/Tokyo"}
CHANGES = (
    "email_changed",
    "email_confirm",
    "email_deleted",
    "password_changed",
    "recovery_codes_generated",
    "totp_activated",
    "totp_deactivated",
    "webauthn_added",
    "webauthn_removed",
)
ADDRESSES = {"from_email": "old@example.org", "to_email": "new@example.org", "deleted_email": "old@example.org"}


def account_samples() -> tuple[tuple[str, str, dict[str, object]], ...]:
    about: dict[str, object] = {**FROM, **ADDRESSES}
    changed = tuple((event, "account/changed", about | {"event": event}) for event in CHANGES)
    return (
        ("confirm_address", "account/confirm_address", {"code": "K7Q-2MX"}),
        ("confirm_address-by-link", "account/confirm_address", {"activate_url": "https://genseki.example/confirm/"}),
        ("account_exists", "account/account_exists", {}),
        ("unknown_account", "account/unknown_account", {}),
        ("new_password", "account/new_password", {}),
        ("new_password-by-code", "account/new_password", {"code": "K7Q-2MX"}),
        ("sign_in_code", "account/sign_in_code", {"code": "K7Q-2MX"}),
        *changed,
    )
