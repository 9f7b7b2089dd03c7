"""`peernet person`."""

PASSWORD = "four words make sense\n"


def test_accounts_are_made_and_listed(ready) -> None:
    assert ready("person", "add", "ada@example.org", "--name", "Ada", "--zone", "Asia/Kolkata").exit_code == 0
    assert ready("person", "add", "Bo@example.org", "--admin", "--password", text=PASSWORD).exit_code == 0
    assert ready("person", "list").output == "ada@example.org\tAda\nBo@example.org\tBo\tadministrator\n"


def test_an_account_is_put_in_charge(ready) -> None:
    ready("person", "add", "ada@example.org")
    assert ready("person", "add", "ada@example.org").exit_code == 1
    again = ready("person", "add", "ADA@example.org", "--admin")
    assert again.output == "ADA@example.org had an account, and now runs the installation.\n"
    assert ready("person", "list").output == "ada@example.org\tada\tadministrator\n"


def test_what_is_refused(ready) -> None:
    cases = {
        ("add", "no-address"): (1, "This is not an address for mail. It looks like name@example.org."),
        ("add", "a@example.org", "--zone", "Mars"): (2, "Mars is not a time zone"),
        ("disable", "who@example.org"): (1, "Nobody here has the address who@example.org. See: peernet person list"),
        ("password", "who@example.org"): (1, "Nobody here has the address who@example.org."),
    }
    for arguments, (code, said) in cases.items():
        result = ready("person", *arguments, text=PASSWORD)
        assert result.exit_code == code
        assert said in result.output
    assert ready("person", "list").output == ""


def test_a_weak_password_makes_no_account(ready) -> None:
    result = ready("person", "add", "ada@example.org", "--password", text="short\n")
    assert (result.exit_code, result.output) == (1, "Error: Please use at least 10 characters.\n")
    assert ready("person", "list").output == ""


def test_a_password_is_changed_and_an_account_closed(ready) -> None:
    ready("person", "add", "boss@example.org", "--admin")
    ready("person", "add", "ada@example.org", "--password", text=PASSWORD)
    changed = ready("person", "password", "ada@example.org", text="five other words make sense\n")
    assert changed.output == "ada@example.org has a new password; every session was ended.\n"
    assert ready("person", "disable", "ada@example.org").output == "ada@example.org can no longer sign in.\n"
    assert "ada@example.org\tada\tdisabled\n" in ready("person", "list").output
    last = ready("person", "disable", "boss@example.org")
    assert last.output == "Error: This is the last administrator. Put somebody else in charge first.\n"
