"""One's own account, everybody's accounts, and the audit log."""

import csv
import io
import re

import pytest

from bot.records import Role, Staff
from desks import PASSWORD, DeskOf


@pytest.fixture
def admin(desk: DeskOf) -> DeskOf:
    return desk.as_role("admin")


def member(desk: DeskOf, name: str) -> Staff:
    return next(one for one in desk.part.accounts.all() if one.name == name)


def noted(desk: DeskOf, by: str) -> list[tuple[str, str]]:
    with desk.store.read() as tx:
        return [(line["action"], line["subject"]) for line in tx.people.audited(staff=by)]


@pytest.mark.parametrize("path", ["/desk/staff", "/desk/audit", "/desk/audit.csv"])
def test_only_administrators_see_staff_and_the_audit_log(desk: DeskOf, admin: DeskOf, path: str) -> None:
    assert desk.status(path) == 404
    assert desk.as_role("agent").status(path) == 404
    assert admin.status(path) == 200


def test_what_is_not_theirs_to_do_is_not_there(desk: DeskOf, admin: DeskOf) -> None:
    me = member(desk, desk.name)
    assert desk.post("/desk/staff", login="x", name="X", role="admin", password=PASSWORD).status_code == 404
    assert desk.post(f"/desk/staff/{me.id}", role="admin").status_code == 404
    assert member(desk, desk.name).role is Role.SUPERVISOR
    assert len(desk.part.accounts.all()) == 2


def test_the_navigation_shows_what_is_theirs(desk: DeskOf, admin: DeskOf) -> None:
    assert 'href="/desk/staff"' not in desk.get("/desk/account")
    assert 'href="/desk/staff"' in admin.get("/desk/account")


def test_everybody_reads_the_desk_in_their_own_language(desk: DeskOf) -> None:
    desk.language("zh")
    assert '<html lang="zh' in desk.get("/desk/account")
    assert '<html lang="en"' in desk.as_role("agent").get("/desk/account")
    desk.post("/desk/account/language", language="fr")
    assert '<html lang="zh' in desk.get("/desk/account")


def test_a_new_password_is_used_at_once(desk: DeskOf) -> None:
    response = desk.post("/desk/account/password", present_password=PASSWORD, password="another good one")
    assert "The password was changed" in response.text
    assert str(response.url).partition("?")[0].endswith("/desk/sign-in")
    assert desk.status("/desk/account") == 303
    sent = {"login": "supervisor@example.com", "password": PASSWORD}
    assert desk.client.post("/desk/sign-in", data=sent).status_code == 401
    assert desk.client.post("/desk/sign-in", data=sent | {"password": "another good one"}).status_code == 200
    assert ("staff.password", "supervisor@example.com") in noted(desk, desk.name)


def test_who_does_not_know_the_present_password_changes_nothing(desk: DeskOf) -> None:
    response = desk.post("/desk/account/password", present_password="guess", password="another good one")
    assert response.status_code == 401
    assert "is wrong" in response.text
    assert desk.status("/desk/account") == 200


def test_a_password_that_is_too_short_is_told(desk: DeskOf) -> None:
    response = desk.post("/desk/account/password", present_password=PASSWORD, password="short")
    assert "10 to 200 characters" in response.text
    assert desk.status("/desk/account") == 200


def test_who_signs_in_elsewhere_cannot_make_a_password_here(desk: DeskOf) -> None:
    with desk.store.write() as tx:
        tx.staff.change(member(desk, desk.name).id, password="")
    assert 'name="password"' not in desk.get("/desk/account")
    assert desk.post("/desk/account/password", password="another good one").status_code == 404
    with desk.store.read() as tx:
        assert tx.staff.password(member(desk, desk.name).id) == ""


def test_an_administrator_adds_a_member(admin: DeskOf) -> None:
    response = admin.post(
        "/desk/staff",
        login="Chen@example.com",
        name="陈 <静>",
        role="supervisor",
        language="zh",
        password=PASSWORD,
    )
    assert "The member was added." in response.text
    assert "陈 &lt;静&gt;" in response.text
    added = member(admin, "陈 <静>")
    assert (added.login, added.role, added.language) == ("chen@example.com", "supervisor", "zh")
    assert admin.part.accounts.sign_in("chen@example.com", PASSWORD, "")
    assert ("staff.add", "chen@example.com") in noted(admin, admin.name)


def test_what_was_typed_is_kept_when_a_member_cannot_be_added(admin: DeskOf) -> None:
    short = admin.post("/desk/staff", login="chen", name="Chen", role="supervisor", password="too short")
    assert short.status_code == 400
    taken = admin.post("/desk/staff", login="ADMIN@example.com", name="Chen", role="admin", password=PASSWORD)
    assert taken.status_code == 409
    for page in (short.text, taken.text):
        assert 'role="alert"' in page
        assert 'value="Chen"' in page
        assert "too short" not in page
        assert PASSWORD not in page
    assert 'value="supervisor" selected' in short.text


def test_a_role_that_does_not_exist_makes_an_agent(admin: DeskOf) -> None:
    admin.post("/desk/staff", login="chen", name="Chen", role="owner", password=PASSWORD)
    assert member(admin, "Chen").role is Role.AGENT


def test_a_member_is_promoted_let_go_and_let_in_again(desk: DeskOf, admin: DeskOf) -> None:
    li = member(desk, desk.name)
    admin.post(f"/desk/staff/{li.id}", role="admin")
    assert desk.status("/desk/staff") == 200
    admin.post(f"/desk/staff/{li.id}", active="no")
    assert desk.status("/desk/queue") == 303
    admin.post(f"/desk/staff/{li.id}", active="yes")
    assert member(desk, desk.name).active
    assert noted(admin, admin.name).count(("staff.change", li.login)) == 3


@pytest.mark.parametrize("change", [{"role": "agent"}, {"active": "no"}])
def test_the_last_administrator_stays(admin: DeskOf, change: dict[str, str]) -> None:
    me = member(admin, admin.name)
    response = admin.post(f"/desk/staff/{me.id}", **change)
    assert response.status_code == 409
    assert "Somebody must remain" in response.text
    assert admin.status("/desk/staff") == 200


@pytest.mark.parametrize("id", ["0", "999", "-1", "x", "99999999999999999999"])
def test_a_member_who_does_not_exist_is_not_there(admin: DeskOf, id: str) -> None:
    assert admin.post(f"/desk/staff/{id}", role="agent").status_code == 404


def test_the_audit_log_is_filtered_by_member_and_action(desk: DeskOf, admin: DeskOf) -> None:
    with desk.store.write() as tx:
        tx.people.note("Li Na", "case.show", "CD-2026-000001")
        tx.people.note("Li Na", "case.move", "CD-2026-000002")
        tx.people.note("", "staff.refused", "192.0.2.77")
    page = admin.get("/desk/audit?by=Li%20Na&action=case.")
    assert "CD-2026-000001" in page
    assert "CD-2026-000002" in page
    assert "192.0.2.77" not in page
    assert "CD-2026-000002" not in admin.get("/desk/audit?action=case.show")
    assert "192.0.2.77" in admin.get("/desk/audit")
    assert "Nothing is noted." in admin.get("/desk/audit?action=%25")


def test_long_audit_logs_have_pages_that_keep_the_filter(desk: DeskOf, admin: DeskOf) -> None:
    with desk.store.write() as tx:
        for number in range(150):
            tx.people.note("Li Na", "case.show", f"case-{number}.")
    first, second = (admin.get(f"/desk/audit?action=case.&page={number}") for number in (1, 2))
    assert ("case-149." in first, "case-49." in first) == (True, False)
    assert ("case-149." in second, "case-49." in second) == (False, True)
    assert re.search(r'rel="next" href="[^"]*action=case\.[^"]*page=2"', first)
    assert 'rel="next"' not in second


@pytest.mark.parametrize("query", ["page=0", "page=x", "page=99999999999"])
def test_a_page_that_cannot_be_is_not_there(admin: DeskOf, query: str) -> None:
    assert admin.status(f"/desk/audit?{query}") == 404


def test_a_filter_may_be_anything(admin: DeskOf) -> None:
    assert "Nothing is noted." in admin.get("/desk/audit?by=%00&action=zzz%00")
    admin.get("/desk/audit.csv?by=%27%3B--&action=%00")


def test_the_audit_log_leaves_as_a_table_that_computes_nothing(desk: DeskOf, admin: DeskOf) -> None:
    with desk.store.write() as tx:
        tx.people.note('=cmd|"/c calc"!A1', "case.show", "@SUM(1+1)")
        tx.people.note("+王", "case.show", "-1,2\n3")
    response = admin.client.get("/desk/audit.csv?action=case.show")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in response.headers["content-disposition"]
    assert response.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["at", "staff", "action", "subject"]
    assert [row[1:] for row in rows[1:]] == [
        ["'+王", "case.show", "'-1,2\n3"],
        ['\'=cmd|"/c calc"!A1', "case.show", "'@SUM(1+1)"],
    ]


def test_looking_at_the_audit_log_is_noted(admin: DeskOf) -> None:
    admin.get("/desk/audit?action=" + "x" * 300)
    admin.get("/desk/audit.csv")
    assert noted(admin, admin.name)[:2] == [("audit.export", "all"), ("audit.show", "x" * 40)]
