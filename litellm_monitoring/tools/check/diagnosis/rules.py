"""Whether an alert can fire, and whether a rule records anything."""

from collections.abc import Collection, Sequence

import promql_parser

from litellm_monitoring.signals.asking.promql import missing, parsed, selectors
from litellm_monitoring.signals.catalogue.metrics import CatalogueError
from litellm_monitoring.signals.catalogue.own_labels import OwnLabel
from litellm_monitoring.tools.check.diagnosis.absence import Absence
from litellm_monitoring.tools.check.diagnosis.labels import Labels
from litellm_monitoring.tools.check.diagnosis.proxy import Proxy
from litellm_monitoring.tools.check.evidence.client import QueryError
from litellm_monitoring.tools.check.evidence.finding import Cause, Why
from litellm_monitoring.tools.check.evidence.loaded import LoadedRules
from litellm_monitoring.tools.check.evidence.rules import RuleFinding, RuleQuery, RuleStatus
from litellm_monitoring.tools.check.evidence.seen import Evidence


class RuleDiagnosis:
    """Explains ``rules``, those of one stack, whose series are limited by ``selector``, and which has
    labels of its ``own``.
    """

    def __init__(
        self,
        evidence: Evidence,
        proxy: Proxy,
        selector: str,
        loaded: LoadedRules,
        rules: Collection[RuleQuery],
        own: Sequence[OwnLabel] = (),
    ) -> None:
        self._evidence = evidence
        self._labels = Labels(evidence, proxy, own)
        self._absence = Absence(evidence, proxy, selector, self._labels)
        self._loaded = loaded
        self._recorded = loaded.recorded_by(rules)

    def of(self, rule: RuleQuery) -> RuleFinding:
        """Asks what ``rule`` asks; where that has no result, says whether it ever can have one."""
        try:
            shows = self._evidence.shows(rule)
            never = None if shows else self._why_never(rule)
        except (QueryError, CatalogueError) as error:
            return RuleFinding(rule, RuleStatus.WRONG, None, str(error))
        if problem := self._loaded.problem(rule):
            return _with_problem(rule, problem, never)
        if never:
            return RuleFinding(rule, _cannot(rule), *never)
        good = RuleStatus.RECORDS if rule.records else RuleStatus.CAN_FIRE
        for selector in selectors(parsed(rule.expression)):
            if why := self._labels.why_blind(selector):
                return RuleFinding(rule, good, *why)
        return RuleFinding(rule, good)

    def _why_never(self, rule: RuleQuery) -> Why | None:
        """Why the expression has no result whatever happens; None where something may happen."""
        tree = parsed(rule.expression)
        asked = {selector.metric for selector in selectors(tree)}

        def why(node: promql_parser.VectorSelector) -> Why | None:
            if self._evidence.has(node):
                return self._absence.why_stale(str(node.name))
            cause, explanation = self._absence.why(node, asked)
            will_come = cause is Cause.NOTHING_HAPPENED or (
                # Rules that have just been loaded have not recorded anything yet.
                cause is Cause.NOT_RECORDED and node.name in self._recorded
            )
            return None if will_come else (cause, explanation)

        for node in missing(tree, lambda node: why(node) is None):
            return why(node)
        return None


def _with_problem(
    rule: RuleQuery, problem: tuple[RuleStatus, str], never: Why | None
) -> RuleFinding:
    status, explanation = problem
    if not never:
        return RuleFinding(rule, status, None, explanation)
    cause, why = never
    return RuleFinding(rule, status, cause, f"{explanation}; it {_cannot(rule)} either: {why}")


def _cannot(rule: RuleQuery) -> RuleStatus:
    return RuleStatus.CANNOT_RECORD if rule.records else RuleStatus.CANNOT_FIRE
