"""The assistant's own words, one file a language."""

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

LANGUAGES = ("en", "zh")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class IntakeTexts(_Strict):
    """What is said while an application is filled in.

    `questions` and `explanations` are by field id, `ask` by field type for any other field, `wrong` by
    `bot.intake.reasons.Reason`.
    """

    begin: str
    progress: str
    optional: str
    questions: dict[str, str]
    ask: dict[str, str]
    noted: str
    pair: str
    not_given: str
    left_open: str
    all_right: str
    why: str
    nothing_yet: str
    in_other_words: str
    explanations: dict[str, str]
    needed: str
    not_understood: str
    wrong: dict[str, str]
    stuck: str
    person: str
    review: str
    what_to_change: str
    paused: str
    resumed: str
    cancelled: str
    restarted: str
    wechat: str
    skip_action: str
    cancel_action: str
    confirm_action: str
    change_action: str
    resume_action: str

    def explanation(self, field: str) -> str:
        """What a question is after, to who asks that."""
        return self.explanations.get(field, self.in_other_words)


class HandoffTexts(_Strict):
    """What is said when a person is asked for, and to the staff about it."""

    asked: str
    asked_already: str
    seen: str
    no_knowledge: str
    complaint: str
    quotation: str
    failed_twice: str
    upset: str
    policy: str
    tool_failure: str
    meanwhile: str
    joined: str
    returned: str
    closed: str
    notice_subject: str
    case_subject: str
    case_notice: str
    due_subject: str
    erased_subject: str
    erased_notice: str

    promise_open: str
    promise_closing: str
    promise_closed: str
    promise_always: str
    today: str
    tomorrow: str
    on_date: str
    zone: str
    weekdays: str
    months: str
    reason_customer_asked: str
    reason_no_knowledge: str
    reason_complaint: str
    reason_quotation: str
    reason_failed_twice: str
    reason_upset: str
    reason_policy: str
    reason_tool_failure: str
    summary_reason: str
    summary_last: str
    summary_first: str
    summary_unanswered: str
    summary_case: str
    summary_missing: str
    summary_no_case: str


class CaseTexts(_Strict):
    """What is said about an application that has been sent in, and its documents."""

    apply_label: str
    apply_send: str
    continue_label: str
    continue_send: str
    another_label: str
    another_send: str
    which_service: str
    quotation_lead: str
    submitted: str
    already: str
    corrected: str
    change_to: str
    what_to_change: str
    as_sent: str
    in_hand: str
    status: str
    in_preparation: str
    following: str
    missing: str
    missing_still: str
    nothing_missing: str
    checked: str
    unchecked: str
    paper: str
    refused: str
    priced: str
    quotation_requested: str
    look_up: str
    contact_too: str
    reference_too: str
    no_reference: str
    unsent: str
    no_draft: str
    unapplied: str
    not_found: str
    too_many: str
    moved: str
    quoted: str
    received: str
    filed: str
    which: str
    kept: str
    accepted: str
    rejected: str
    due: str
    upload: str
    statuses: dict[str, str]


class Texts(_Strict):
    """All phrases of one language; a missing or unknown key fails at the first use of the language."""

    intake: IntakeTexts
    handoff: HandoffTexts
    case: CaseTexts
    name: str
    greeting: str
    hello: str
    thanks: str
    goodbye: str
    robot: str
    okay: str
    sorry: str
    announced: str
    told: str
    unclear: str
    other_language: str
    nothing_more: str
    correction: str
    clarify: str
    declined: str
    declined_part: str
    offer_person: str
    faq: str
    person_action: str


@cache
def texts(language: str) -> Texts:
    """The phrases of `zh` or `en`; English for any other language."""
    file = Path(__file__).with_name(f"{language if language in LANGUAGES else 'en'}.yaml")
    return Texts.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
