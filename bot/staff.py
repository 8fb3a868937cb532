"""What staff do from the command line: cases, documents, handoffs, customers' data. Each access is noted."""

import getpass
import json
import sys
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot import settings, steps
from bot.errors import CertDeskError, NotFound
from bot.files import Files
from bot.office import Office, open_office
from bot.records import Case, DeliveryState, Quotation
from knowledge.load import services

case_cli = typer.Typer(no_args_is_help=True, help="Applications: list, show, move, quote.")
document_cli = typer.Typer(no_args_is_help=True, help="Documents of applications: accept, reject, save.")
handoff_cli = typer.Typer(
    no_args_is_help=True, help="Customers who need a person: take, reply, return, close."
)
out = Console()

Staff = Annotated[str, typer.Option("--as", help="your name, as customers see it")]


def _me() -> str:
    """The name in the system, where it has one for who runs this."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have none
        return "console"


ME = _me()


def office() -> Office:
    configured = settings.load()
    return open_office(configured, services(configured.content_dir))


@case_cli.command("list")
def list_cases(
    status: Annotated[str | None, typer.Option(help="only those at this step")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10000)] = 50,
    staff: Staff = ME,
) -> None:
    """The latest applications, newest first."""
    opened = office()
    with opened.store.write() as tx:
        tx.people.note(staff, "case.list", status or "all")
        rows = [(case, len(opened.cases.missing(tx, case))) for case in tx.cases.latest(limit, status)]
    table = Table("reference", "status", "company", "service", "missing", "since")
    for case, missing in rows:
        company = escape(case.fields.get("company", ""))
        since = case.created_at.date().isoformat()
        table.add_row(case.reference, case.status, company, case.service, str(missing), since)
    out.print(table)


@case_cli.command("show")
def show_case(reference: str, staff: Staff = ME) -> None:
    """One application: fields, documents, quotation, history, and where it may go next."""
    opened = office()
    with opened.store.write() as tx:
        case = opened.cases.get(tx, reference)
        tx.people.note(staff, "case.show", reference)
        documents, history = tx.documents.of_case(case.id), tx.cases.history(case.id)
        quotation = tx.cases.quotation(case.id)
        missing = opened.cases.missing(tx, case)
    service = opened.cases.service(case)
    out.print(f"[bold]{case.reference}[/]  {case.status}  version {case.version}", highlight=False)
    for name, value in case.fields.items():
        out.print(f"  {name}: {value}", markup=False, highlight=False)
    for document in documents:
        line = (
            f"  {document.id}  {document.state}  {document.item or '?'}  {document.name}  {document.reason}"
        )
        out.print(line, markup=False, highlight=False)
    out.print(f"  missing: {', '.join(item.id for item in missing) or 'nothing'}", highlight=False)
    if quotation:
        out.print(f"  quotation: {quotation.currency} {quotation.amount} until {quotation.valid_until}")
    for event in history:
        who = event.actor.name or event.actor.kind
        out.print(f"  {event.at:%Y-%m-%d %H:%M} {who} {event.kind} {dict(event.data)}", markup=False)
    out.print(f"  next: {', '.join(steps.moves(service, case.status)) or 'ended'}", highlight=False)


@case_cli.command("move")
def move_case(
    reference: str,
    to: Annotated[str, typer.Argument(help="the next status, such as quotation or contract")],
    staff: Staff = ME,
    version: Annotated[int | None, typer.Option(help="refuse if it was changed since this one")] = None,
    surveillance_months: Annotated[int | None, typer.Option(help="interval in the contract")] = None,
) -> None:
    """Move an application to its next step; the customer is told."""
    opened = office()
    with opened.store.write() as tx:
        case = opened.cases.move(
            tx, reference, to, staff, version=version, surveillance_months=surveillance_months
        )
    _print(case)


@case_cli.command("quote")
def quote_case(
    reference: str,
    amount: Annotated[str, typer.Argument(help="such as 12000 or 12000.50")],
    until: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="last day on which it is valid")],
    currency: Annotated[str, typer.Option(help="three letters")] = "CNY",
    staff: Staff = ME,
) -> None:
    """Enter a quotation; the customer is told, and may be told again until it ends."""
    try:
        exact = Decimal(amount)
    except InvalidOperation as error:
        raise CertDeskError(f"{amount} is no amount; write it as 12000 or 12000.50") from error
    opened = office()
    with opened.store.write() as tx:
        quotation = Quotation(exact, currency.upper(), opened.cases.today(), until.date(), staff)
        case = opened.cases.quote(tx, reference, quotation)
    _print(case)


@document_cli.command("accept")
def accept_document(id: str, staff: Staff = ME) -> None:
    """A document is as it should be."""
    opened = office()
    with opened.store.write() as tx:
        document = opened.cases.decide(tx, id, staff, accept=True)
    out.print(f"{document.name}: {document.state}", markup=False, highlight=False)


@document_cli.command("reject")
def reject_document(
    id: str, reason: Annotated[str, typer.Option(help="a sentence to the customer")], staff: Staff = ME
) -> None:
    """A document must be sent again; the customer is told why."""
    opened = office()
    with opened.store.write() as tx:
        document = opened.cases.decide(tx, id, staff, accept=False, reason=reason)
    out.print(f"{document.name}: {document.state}", markup=False, highlight=False)


@document_cli.command("save")
def save_document(
    id: str,
    to: Annotated[Path, typer.Option(help="folder to save it in")] = Path(),
    staff: Staff = ME,
) -> None:
    """Copy a document's file to a folder, under its safe name."""
    configured = settings.load()
    opened = office()
    with opened.store.write() as tx:
        document = tx.documents.get(id)
        if document is None:
            raise NotFound(f"There is no document {id}.")
        tx.people.note(staff, "document.save", id)
    target = to / document.name
    if target.exists():
        raise CertDeskError(f"{target} exists already; name another folder with --to")
    with target.open("wb") as file:
        for piece in Files(configured.files_url, configured.data_dir).read(document.sha256):
            file.write(piece)
    out.print(str(target), markup=False, highlight=False)


@handoff_cli.command("list")
def list_handoffs(staff: Staff = ME) -> None:
    """Who is waiting for a person, the longest first."""
    with office().store.write() as tx:
        tx.people.note(staff, "handoff.list", "all")
        waiting = tx.handoffs.open()
    table = Table("conversation", "reason", "waiting", "with", "summary")
    for handoff in waiting:
        since = datetime.now(UTC) - handoff.created_at
        waited = f"{int(since.total_seconds() // 60)} min"
        summary = escape(handoff.summary)
        table.add_row(handoff.conversation, handoff.reason, waited, handoff.taken_by or "", summary)
    out.print(table)


@handoff_cli.command("show")
def show_conversation(conversation: str, staff: Staff = ME) -> None:
    """What was said in a conversation and, where it has to be brought to the customer, whether it arrived."""
    with office().store.write() as tx:
        messages = tx.conversations.messages(conversation)
        brought = {push.reply.id: push.state for push in tx.pushes.of(conversation)}
        tx.people.note(staff, "conversation.show", conversation)
    for message in messages:
        who = message.author.name or message.author.kind
        state = f" ({brought[message.id]})" if message.id in brought else ""
        line = f"{message.created_at:%Y-%m-%d %H:%M} {who}{state}: {message.text}"
        out.print(line, markup=False, highlight=False)


@handoff_cli.command("take")
def take_conversation(conversation: str, staff: Staff = ME) -> None:
    """Answer a conversation yourself; the assistant is silent from then on."""
    opened = office()
    with opened.store.write() as tx:
        opened.handoffs.take(tx, conversation, staff)
    out.print(f"{conversation} is with {staff}", markup=False, highlight=False)


@handoff_cli.command("reply")
def reply_to_customer(conversation: str, text: str, staff: Staff = ME) -> None:
    """Write to the customer of a conversation that you have taken."""
    opened = office()
    with opened.store.write() as tx:
        opened.handoffs.reply(tx, conversation, staff, text)
        known = tx.conversations.get(conversation)
    is_pushed = known is not None and known.is_pushed
    out.print(
        "on its way; `certdesk handoff show` tells how it went" if is_pushed else "sent", highlight=False
    )


@handoff_cli.command("return")
def return_conversation(conversation: str, staff: Staff = ME, outcome: str = "") -> None:
    """Give a conversation back to the assistant."""
    opened = office()
    with opened.store.write() as tx:
        opened.handoffs.give_back(tx, conversation, staff, outcome)
    out.print("returned", highlight=False)


@handoff_cli.command("close")
def close_conversation(
    conversation: str, outcome: Annotated[str, typer.Option(help="how it ended")] = "", staff: Staff = ME
) -> None:
    """End a conversation; the customer's next message opens it again."""
    opened = office()
    with opened.store.write() as tx:
        opened.handoffs.close(tx, conversation, staff, outcome)
    out.print("closed", highlight=False)


def export_customer(
    customer: Annotated[str, typer.Option(help="conversation, reference, phone, e-mail or WeChat")],
    staff: Staff = ME,
) -> None:
    """Everything that is kept about a customer, as JSON."""
    found = office().privacy.export(customer, staff)
    json.dump(found, sys.stdout, ensure_ascii=False, indent=2)
    print()


def erase_customer(
    customer: Annotated[str, typer.Option(help="conversation, reference, phone, e-mail or WeChat")],
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
    staff: Staff = ME,
) -> None:
    """Erase a customer: conversations, documents, gaps; of applications only what the law needs stays."""
    if not yes:
        typer.confirm(f"Erase everything about {customer}? It cannot be undone.", abort=True)
    conversations, cases = office().privacy.erase(customer, staff)
    out.print(f"{conversations} conversations erased, {cases} applications emptied", highlight=False)


def gaps(limit: Annotated[int, typer.Option(min=1, max=1000)] = 20, staff: Staff = ME) -> None:
    """Questions that could not be answered, in groups of one meaning, the most asked first."""
    with office().store.write() as tx:
        tx.people.note(staff, "gaps.list", "all")
        groups = tx.gaps.groups(limit)
    for group in groups:
        out.print(f"{group.count:4}  {group.label}", markup=False, highlight=False)
        for example in group.examples:
            if example != group.label:
                out.print(f"      - {example}", markup=False, highlight=False)


def deliveries() -> None:
    """Notices to staff and messages to customers that have not arrived, with the reason."""
    with office().store.read() as tx:
        for state in (DeliveryState.PENDING, DeliveryState.KEPT, DeliveryState.UNSURE, DeliveryState.FAILED):
            for delivery in tx.outbox.in_state(state):
                line = f"{state}  {delivery.key}  tried {delivery.attempts} times  {delivery.error}"
                out.print(line, markup=False, highlight=False)


def _print(case: Case) -> None:
    out.print(f"{case.reference}: {case.status}, version {case.version}", markup=False, highlight=False)
