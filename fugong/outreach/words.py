"""What the events are called of which groups may hear."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

EVENTS = {
    "campaigns.campaign.closed": pgettext_lazy("event", "campaign closed"),
    "campaigns.campaign.erased": pgettext_lazy("event", "personal data of the campaign erased"),
    "campaigns.campaign.keys_destroyed": pgettext_lazy("event", "keys of the campaign destroyed"),
    "campaigns.campaign.prepared": pgettext_lazy("event", "campaign set up"),
    "campaigns.campaign.release_changed": pgettext_lazy("event", "campaign runs another release of its pack"),
    "campaigns.campaign.started": pgettext_lazy("event", "campaign started"),
    "enterprises.listing.entered": pgettext_lazy("event", "enterprise put on a risk list"),
    "enterprises.listing.left": pgettext_lazy("event", "enterprise taken off a risk list"),
    "insight.brief.issued": pgettext_lazy("event", "daily brief issued"),
    "insight.digest.issued": pgettext_lazy("event", "paper of the consult meeting ready"),
    "issues.issue.absorbed": pgettext_lazy("event", "issue merged into another"),
    "issues.issue.asked_back": pgettext_lazy("event", "requester asked back"),
    "issues.issue.assessed": pgettext_lazy("event", "issue assessed"),
    "issues.issue.assigned": pgettext_lazy("event", "issue assigned to a department"),
    "issues.issue.deadline_set": pgettext_lazy("event", "deadline of an issue set"),
    "issues.issue.escalated": pgettext_lazy("event", "issue escalated"),
    "issues.issue.found": pgettext_lazy("event", "issue found"),
    "issues.issue.link_renewed": pgettext_lazy("event", "link of a request renewed"),
    "issues.issue.merge_undone": pgettext_lazy("event", "merge of issues undone"),
    "issues.issue.merged": pgettext_lazy("event", "another issue merged into this one"),
    "issues.issue.reopened": pgettext_lazy("event", "issue re-opened"),
    "issues.issue.separated": pgettext_lazy("event", "issue stands on its own again"),
    "issues.issue.solved": pgettext_lazy("event", "issue reported solved"),
    "issues.issue.verified": pgettext_lazy("event", "issue verified"),
    "resumption.period.begun": pgettext_lazy("event", "state of work changed"),
    "visits.plan.accepted": pgettext_lazy("event", "plan accepted"),
    "visits.plan.made": pgettext_lazy("event", "plan made"),
    "visits.plan.replaced_from_above": pgettext_lazy("event", "plan replaced by one of a larger area"),
}


def event_said(name: str) -> str:
    """The event in the active language; one without a word of its own as the pack writes it."""
    return str(EVENTS.get(name, name))
