"""What the embedded target must know of a type of resource."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from litellm_monitoring.embedded.bridge import Defaults
from litellm_monitoring.embedded.files import ProvisioningDirectory

Properties = dict[str, Any]
"""Properties of a resource in the provider's own words, secrets in plain text."""


class Kind(ABC):
    """One type of resource, kept in a directory.

    ``known`` are the properties it takes, ``identity`` the one of them that holds the uid. Of the
    properties, ``secret`` are sealed wherever they are told, ``whole`` those in which differences
    are not told apart, and ``encoded`` those of which Grafana's form is not taken for an input.
    """

    known: ClassVar[frozenset[str]]
    identity: ClassVar[str] = "uid"
    fixed: ClassVar[frozenset[str]] = frozenset()
    """Properties that Grafana does not change: with others it is another resource."""
    defaults: ClassVar[Defaults] = Defaults()
    secret: ClassVar[frozenset[str]] = frozenset()
    whole: ClassVar[frozenset[str]] = frozenset()
    encoded: ClassVar[frozenset[str]] = frozenset()

    def uid(self, inputs: Properties) -> str | None:
        """The uid that ``inputs`` ask for; another one means another resource. None where Grafana
        chooses, or where it is not known yet.
        """
        return str(inputs["uid"])

    def replacing(self, old: Properties, new: Properties) -> list[str]:
        """The properties for which ``new`` is another resource than ``old``."""
        found = {key for key in self.fixed if (old.get(key) or False) != (new.get(key) or False)}
        before, after = self.uid(old), self.uid(new)
        if before and after and before != after:
            found.add(self.identity)
        return sorted(found)

    def comparable(self, key: str, value: Any) -> Any:
        """The value of a property in a form that is equal where Grafana sees no difference."""
        return value

    def state(self, inputs: Properties) -> Properties:
        """The resource as Grafana has it that was made as ``inputs`` say; of such a state, itself."""
        return inputs

    @abstractmethod
    def create(self, directory: ProvisioningDirectory, inputs: Properties) -> str:
        """Makes the resource and returns its uid; raises TargetError where Grafana would refuse
        it.
        """

    @abstractmethod
    def update(self, directory: ProvisioningDirectory, uid: str, inputs: Properties) -> None:
        """Makes the resource as ``inputs`` say."""

    @abstractmethod
    def read(
        self, directory: ProvisioningDirectory, uid: str, last: Properties
    ) -> Properties | None:
        """The resource's inputs as the files have them, or None where it is gone.

        What files do not hold comes from ``last``, the inputs it was last deployed with.
        """

    @abstractmethod
    def delete(self, directory: ProvisioningDirectory, uid: str, last: Properties) -> None:
        """Deletes the resource, if it is there."""

    def url(self, uid: str) -> str | None:
        """The resource's path in Grafana, if it has one."""
        return None


def merged(last: Properties, found: Properties) -> Properties:
    """``last`` with what was ``found``, where None stands for a property that is not set."""
    both = {**last, **found}
    return {key: value for key, value in both.items() if value is not None or key not in found}
