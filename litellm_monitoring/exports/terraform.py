"""A Terraform module for the Grafana provider
(https://registry.terraform.io/providers/grafana/grafana/latest/docs): what is declared as HCL, and the
JSON of dashboards in files beside it.
"""

from collections.abc import Iterator, Mapping

from litellm_monitoring.embedded.storage import to_yaml
from litellm_monitoring.exports.export import Export, Part, Stack, left_out, secret_names
from litellm_monitoring.exports.hcl import Block, Encoded, Expression, document
from litellm_monitoring.exports.kubernetes import readable_json
from litellm_monitoring.exports.terraform_alerting import (
    alerting_blocks,
    identifier,
    rule_group_blocks,
    variables,
)
from litellm_monitoring.infra.declaration.resources import DataSource, Folder, GrafanaTeam, Grant
from litellm_monitoring.infra.declaration.stack import Declaration

PROVIDER = "4.45.1"
"""The version of the provider whose arguments these are."""

_HELD = frozenset(Part) - {Part.SCRAPE}
_KEPT = Block("lifecycle", (), [{"prevent_destroy": True}])


def terraform(stack: Stack) -> Export:
    """The module of ``stack``."""
    declaration, directory = stack.declaration, stack.uid
    modules = {name: blocks for name, blocks in _modules(declaration) if blocks}
    texts = {f"{directory}/{name}": document(blocks) for name, blocks in modules.items()}
    for dashboard in declaration.dashboards.values():
        path = f"{directory}/dashboards/{dashboard.uid}.json"
        texts[path] = f"{readable_json(dashboard.config_json)}\n"
    if template := declaration.alerting.template:
        texts[f"{directory}/message_template.tmpl"] = template.template
    remarks = [*left_out(stack, "Terraform's Grafana provider", _HELD)]
    if groups := declaration.alerting.prometheus:
        path = f"{directory}/rules/{directory}.yaml"
        texts[path] = to_yaml({"groups": groups})
        remarks.append(
            f"required: {path} in Prometheus's rule_files, since Terraform does not evaluate rules"
        )
    if declaration.alerting.template and declaration.alerting.editable:
        remarks.append(
            "left out: that the message template can be edited in Grafana, which the provider fails on"
        )
    if secrets := [block.labels[0] for block in modules.get("variables.tf", ())]:
        remarks.append(f"required: the variables {', '.join(secrets)}")
    return Export(texts, tuple(remarks))


def _modules(declaration: Declaration) -> Iterator[tuple[str, list[Block]]]:
    """Blocks by the name of their file."""
    alerting, source = declaration.alerting, declaration.data_source
    folder_uid: object = declaration.platform.folder_uid
    if declaration.folder:
        folder_uid = Expression("grafana_folder.litellm.uid")
    made = {
        "folder.tf": list(_folder(declaration, folder_uid)),
        "data_source.tf": [_data_source(source)] if source else [],
        "dashboards.tf": list(_dashboards(declaration, folder_uid)),
        "alerting.tf": list(alerting_blocks(alerting)),
        **{
            f"rules_{identifier(group.slug)}.tf": rule_group_blocks(
                group, alerting, folder_uid, source
            )
            for group in alerting.grafana
        },
    }
    yield "versions.tf", [_versions()]
    yield "variables.tf", [*_data_source_variables(source), *variables(alerting.contact_point)]
    for name, blocks in made.items():
        yield name, list(map(_kept, blocks)) if declaration.protect else blocks


def _versions() -> Block:
    provider = {"grafana": {"source": "grafana/grafana", "version": PROVIDER}}
    return Block(
        "terraform",
        (),
        [{"required_version": ">= 1.3"}, Block("required_providers", (), [provider])],
    )


def _kept(block: Block) -> Block:
    """``block``, if it is a resource, as one that is not to be deleted or replaced."""
    is_access = block.labels[:1] == ("grafana_folder_permission",)
    if block.kind != "resource" or is_access:
        return block
    return Block(block.kind, block.labels, [*block.body, _KEPT])


def _folder(declaration: Declaration, uid: object) -> Iterator[Block]:
    if folder := declaration.folder:
        yield _made_folder(folder, protect=declaration.protect)
    if team := declaration.grafana_team:
        yield _team(team)
    if declaration.grants is None:
        return
    existing = {grant.existing_team for grant in declaration.grants if grant.existing_team}
    names = {name: f"existing_{number}" for number, name in enumerate(sorted(existing), start=1)}
    for name, label in names.items():
        yield Block("data", ("grafana_team", label), [{"name": name}])
    yield Block(
        "resource",
        ("grafana_folder_permission", "litellm"),
        [{"folder_uid": uid}, *(_permission(grant, names) for grant in declaration.grants)],
    )


def _made_folder(folder: Folder, *, protect: bool) -> Block:
    arguments = {
        "uid": folder.uid,
        "title": folder.title,
        "parent_folder_uid": folder.parent_uid,
        "prevent_destroy_if_not_empty": protect or None,
    }
    return Block("resource", ("grafana_folder", "litellm"), [arguments])


def _team(team: GrafanaTeam) -> Block:
    arguments = {
        "name": team.name,
        "email": team.email,
        "members": list(team.members) if team.members is not None else None,
    }
    return Block("resource", ("grafana_team", "litellm"), [arguments])


def _permission(grant: Grant, existing: Mapping[str, str]) -> Block:
    who: dict[str, object] = {"team_id": Expression("grafana_team.litellm.id")}
    if grant.role:
        who = {"role": grant.role.value}
    elif grant.existing_team:
        who = {"team_id": Expression(f"data.grafana_team.{existing[grant.existing_team]}.id")}
    return Block("permissions", (), [{**who, "permission": grant.permission.value}])


def _data_source(source: DataSource) -> Block:
    secrets = _secrets(source)
    arguments: dict[str, object] = {
        "type": source.type,
        "uid": source.uid,
        "name": source.name,
        "url": source.url,
    }
    if source.basic_auth_username is not None:
        arguments["basic_auth_enabled"] = True
        arguments["basic_auth_username"] = source.basic_auth_username
    arguments["json_data_encoded"] = Encoded(source.json_data)
    if source.secure_json_data:
        secure = {key: secrets[key] for key in sorted(source.secure_json_data)}
        arguments["secure_json_data_encoded"] = Encoded(secure)
    if source.http_headers:
        arguments["http_headers"] = {key: secrets[key] for key in sorted(source.http_headers)}
    return Block("resource", ("grafana_data_source", "prometheus"), [arguments])


def _secrets(source: DataSource) -> dict[str, Expression]:
    names = secret_names("prometheus", [*source.secure_json_data, *source.http_headers])
    return {key: Expression(f"var.{name}") for key, name in names.items()}


def _data_source_variables(source: DataSource | None) -> Iterator[Block]:
    for key, expression in _secrets(source).items() if source else ():
        where = "secureJsonData" if source and key in source.secure_json_data else "HTTP header"
        yield Block(
            "variable",
            (expression.text.removeprefix("var."),),
            [{"type": Expression("string"), "description": f"{where} {key}", "sensitive": True}],
        )


def _dashboards(declaration: Declaration, folder_uid: object) -> Iterator[Block]:
    awaited = []
    if declaration.grants is not None:
        awaited.append(Expression("grafana_folder_permission.litellm"))
    if declaration.data_source:
        awaited.append(Expression("grafana_data_source.prometheus"))
    for slug, dashboard in declaration.dashboards.items():
        arguments = {
            "config_json": Expression(f'file("${{path.module}}/dashboards/{dashboard.uid}.json")'),
            "folder": folder_uid,
            "overwrite": dashboard.overwrite or None,
            "depends_on": awaited or None,
        }
        yield Block("resource", ("grafana_dashboard", identifier(slug)), [arguments])
