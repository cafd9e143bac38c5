"""`tsumugi`: the command line. Answers on standard output; what went wrong is one sentence on the error stream."""

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

from tsumugi import commands as run
from tsumugi.clock import DEMO_STARTS_AT, parse_moment, real_now
from tsumugi.halt import Halt
from tsumugi.log import Log
from tsumugi.settings import Settings, read_settings

Command = Callable[[argparse.Namespace, Mapping[str, str]], str | None]
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it did what it says, 1 when it could not, 2 when the command line makes no sense."""
    given = parser().parse_args(arguments)
    command: Command = given.command
    try:
        _say(command(given, os.environ))
    except Halt as halt:
        print(halt, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads on, not even the last flush
        return 1
    except Exception as why:  # noqa: BLE001 - a fault of ours: its types and places, never what it quotes
        Log(sys.stderr, real_now).failure("command_failed", why)
        return 1
    return 0


def _say(text: str | None) -> None:
    if text is not None:
        print(text, end="" if text.endswith("\n") else "\n", flush=True)


def parser() -> argparse.ArgumentParser:
    """Everything that can be typed; each command has a heading in docs/cli.md."""
    root = argparse.ArgumentParser(prog="tsumugi", description="A GraphQL server for child and family services.")
    commands = root.add_subparsers(metavar="COMMAND", required=True)
    _serving(commands)
    _keeping(commands)
    _keying(commands)
    _certifying(commands)
    _importing(commands)
    _asking(commands)
    _devices(commands)
    _staff(commands)
    _scheduling(commands)
    _riding(commands)
    _auditing(commands)
    _ledgering(commands)
    _printing(commands)
    _federating(commands)
    return root


def _serving(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    serve = commands.add_parser("serve", help="answer requests")
    serve.set_defaults(command=lambda given, environ: run.serving.serve(read_settings(environ)))
    work = commands.add_parser("work", help="send what waits to be sent, beside the server")
    work.set_defaults(command=lambda given, environ: run.working.work(read_settings(environ)))
    demo = commands.add_parser("demo", help="make a town if there is none, and answer requests")
    demo.add_argument("--families", type=int, metavar="N", help="how many families (default 200)")
    demo.add_argument("--municipality", metavar="CODE", help="the six digits of the municipality")
    demo.add_argument("--at", default=DEMO_STARTS_AT, metavar="ISO|now", help="where the clock starts")
    demo.add_argument("--work", action="store_true", help="with a background worker beside the server")
    demo.set_defaults(command=_demo)
    clock = demo.add_subparsers(metavar="clock").add_parser("clock", help="the running demo's clock")
    put = clock.add_subparsers(metavar="set", required=True).add_parser("set", help="move it")
    put.add_argument("moment", metavar="ISO|now")
    put.set_defaults(
        command=lambda given, environ: run.serving.set_clock(_demo_settings(environ), parse_moment(given.moment))
    )


def _keeping(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    migrate = commands.add_parser("migrate", help="bring the database up to date")
    migrate.set_defaults(command=lambda given, environ: run.keeping.migrate(read_settings(environ)))
    seed = commands.add_parser("seed", help="load a town written by hand into an empty database")
    seed.add_argument("town", type=Path, metavar="TOWN.toml")
    seed.set_defaults(command=lambda given, environ: run.keeping.seed(_demo_settings(environ), given.town))


def _keying(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    acts = commands.add_parser("keys", help="the server's own secrets").add_subparsers(metavar="ACT", required=True)
    rotate = acts.add_parser("rotate", help="make a new one, while servers answer")
    rotates = rotate.add_subparsers(metavar="WHAT", required=True)
    pepper = rotates.add_parser("pepper", help="under which certificates are hashed")
    pepper.set_defaults(command=lambda given, environ: run.keying.rotate_pepper(read_settings(environ)))
    signing = rotates.add_parser("signing", help="with which access tokens are signed")
    signing.set_defaults(command=lambda given, environ: run.keying.rotate_signing(read_settings(environ)))
    retire = acts.add_parser("retire", help="put an old one away, once nothing depends on it")
    retires = retire.add_subparsers(metavar="WHAT", required=True)
    old_pepper = retires.add_parser("pepper", help="by its number")
    old_pepper.add_argument("version", type=int, metavar="N")
    old_pepper.set_defaults(
        command=lambda given, environ: run.keying.retire_pepper(read_settings(environ), given.version)
    )
    old_signing = retires.add_parser("signing", help="by the name of its file")
    old_signing.add_argument("name", metavar="FILE")
    old_signing.set_defaults(
        command=lambda given, environ: run.keying.retire_signing(read_settings(environ), given.name, real_now())
    )


def _certifying(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    acts = commands.add_parser("pki", help="the demo's authority and its cards").add_subparsers(
        metavar="ACT", required=True
    )
    for name, text in (("found", "make an authority for each purpose"), ("publish", "write new revocation lists")):
        acts.add_parser(name, help=text).set_defaults(command=_pki, act=name)
    issue = acts.add_parser("issue", help="make a card")
    issue.add_argument("--holder", required=True, metavar="TEXT", help="the name in the register")
    issue.add_argument("--address", required=True, metavar="TEXT")
    issue.add_argument("--born", required=True, metavar="DATE")
    issue.add_argument("--sex", required=True, choices=("female", "male", "unknown"))
    issue.add_argument("--municipality", required=True, metavar="CODE", help="six digits")
    issue.add_argument("--key", choices=("RSA-2048", "P-256", "P-384"), default="RSA-2048", help="what the chip has")
    issue.set_defaults(command=_pki_issue)
    renew = acts.add_parser("renew", help="make the next card of the same person and revoke this one")
    revoke = acts.add_parser("revoke", help="revoke a card")
    for command, act in ((renew, "renew"), (revoke, "revoke")):
        command.set_defaults(command=_pki, act=act)
    for command in (issue, renew, revoke):
        command.add_argument("name", metavar="NAME", help="of the card's file")
    respond = acts.add_parser("respond", help="answer OCSP questions on this machine until told to stop")
    respond.add_argument("--port", type=int, default=8889, metavar="PORT")
    respond.set_defaults(command=_pki_respond)


def _pki(given: argparse.Namespace, environ: Mapping[str, str]) -> str:
    settings, certifying = _demo_settings(environ), run.certifying
    if given.act in {"renew", "revoke"}:
        return str(getattr(certifying, given.act)(settings, given.name, real_now()))
    return str(getattr(certifying, given.act)(settings, real_now()))


def _pki_issue(given: argparse.Namespace, environ: Mapping[str, str]) -> str:
    wish = run.certifying.Wish(
        given.name, given.holder, given.address, given.born, given.sex, given.municipality, given.key
    )
    return run.certifying.issue(_demo_settings(environ), wish, real_now())


def _pki_respond(given: argparse.Namespace, environ: Mapping[str, str]) -> None:
    run.certifying.respond(_demo_settings(environ), given.port, lambda line: print(line, flush=True))


def _importing(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    whats = commands.add_parser("import", help="tables that others publish").add_subparsers(
        metavar="WHAT", required=True
    )
    duties = whats.add_parser("duty-doctors", help="who is on duty on holidays")
    duties.add_argument("file", type=Path, metavar="FILE.csv")
    duties.add_argument("--extra-days", action="store_true", help="duties by day on ordinary days are meant")
    duties.set_defaults(command=_duty_doctors)
    growth = whats.add_parser(
        "growth-reference", help="percentiles of a national survey, which growth is compared with"
    )
    growth.add_argument("file", type=Path, metavar="FILE.csv")
    growth.set_defaults(
        command=lambda given, environ: run.importing.growth_reference(read_settings(environ), given.file, real_now())
    )


def _duty_doctors(given: argparse.Namespace, environ: Mapping[str, str]) -> str:
    settings = read_settings(environ)
    return run.publishing.duty_doctors(settings, given.file, real_now(), with_extra_days=given.extra_days)


def _asking(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    login = commands.add_parser("login", help="print an access token")
    query = commands.add_parser("query", help="ask the graph and print the answer")
    whose = login.add_mutually_exclusive_group(required=True)
    whose.add_argument("--as", dest="name", metavar="NAME", help="whose card")
    whose.add_argument("--module", type=Path, metavar="MODULE.so", help="a card behind this PKCS #11 module")
    login.add_argument("--pin-fd", type=int, metavar="N", help="read the PIN from there instead of the terminal")
    query.add_argument("--as", required=True, dest="name", metavar="NAME", help="whose card")
    for command in (login, query):
        command.add_argument("--server", metavar="URL", help="default http://127.0.0.1:TSUMUGI_PORT")
    login.set_defaults(command=_login)
    apply = commands.add_parser("apply", help="apply for the record service with the card's signature certificate")
    apply.add_argument("--as", required=True, dest="name", metavar="NAME", help="whose card")
    whom = apply.add_mutually_exclusive_group(required=True)
    whom.add_argument("--pregnant", action="store_true", help="as a pregnant woman")
    whom.add_argument("--child", metavar="NAME", help="as guardian of the child with this name")
    apply.add_argument("--born", metavar="DATE", help="the child's birth date, 2026-05-10")
    apply.add_argument("--language", choices=("ja", "en"), default="ja", help="in which the consent is read")
    apply.add_argument("--server", metavar="URL", help="default http://127.0.0.1:TSUMUGI_PORT")
    apply.set_defaults(command=_apply)
    query.add_argument("query", metavar="QUERY|FILE")
    query.add_argument("--variables", metavar="JSON")
    query.add_argument("--purpose", metavar="CODE:CASE", help="for staff")
    query.set_defaults(command=_query)


def _devices(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    device = commands.add_parser("device", help="machines of organisations").add_subparsers(
        metavar="ACT", required=True
    )
    invite = device.add_parser("invite", help="print a code with which a machine enrols itself")
    invite.add_argument("organisation", metavar="ORGANISATION", help="its id or its name")
    invite.add_argument("--name", required=True, metavar="TEXT", help="what the machine is called in the list")
    invite.add_argument(
        "--scope", required=True, metavar="WORDS", help="what it may do, 'vaccinations:write rides:read'"
    )
    invite.set_defaults(command=_invite)
    listed = device.add_parser("list", help="print all of them")
    listed.set_defaults(command=lambda given, environ: run.devices.listing(read_settings(environ)))
    disable = device.add_parser("disable", help="end one and its sessions")
    disable.add_argument("id", metavar="ID")
    disable.set_defaults(
        command=lambda given, environ: run.devices.disable(read_settings(environ), given.id, real_now())
    )
    enrol = device.add_parser("enrol", help="make a key and enrol it, on the machine itself")
    enrol.add_argument("code", metavar="CODE", help="what `tsumugi device invite` printed")
    enrol.add_argument("--as", required=True, dest="name", metavar="NAME", help="under which name the key is kept")
    enrol.add_argument("--server", metavar="URL", help="default http://127.0.0.1:TSUMUGI_PORT")
    enrol.set_defaults(command=_enrol)


def _staff(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    staff = commands.add_parser("staff", help="accounts of staff at the municipality's provider").add_subparsers(
        metavar="ACT", required=True
    )
    for act, says in (("link", "let an account be a member of staff"), ("unlink", "close one and end its sessions")):
        command = staff.add_parser(act, help=says)
        command.add_argument("subject", metavar="SUBJECT", help="as the provider's tokens name the account")
        command.set_defaults(command=_link_staff if act == "link" else _unlink_staff)
        if act == "link":
            command.add_argument("--member", required=True, metavar="ID", help="the id of the member of staff")


def _link_staff(given: argparse.Namespace, environ: Mapping[str, str]) -> str:
    return run.staffing.link(read_settings(environ), given.subject, given.member, real_now())


def _unlink_staff(given: argparse.Namespace, environ: Mapping[str, str]) -> str:
    return run.staffing.unlink(read_settings(environ), given.subject, real_now())


def _invite(given: argparse.Namespace, environ: Mapping[str, str]) -> str:
    wish = run.devices.Wish(given.organisation, given.name, given.scope)
    return run.devices.invite(read_settings(environ), wish, real_now())


def _disable(given: argparse.Namespace, environ: Mapping[str, str]) -> str:
    return run.devices.disable(read_settings(environ), given.id, real_now())


def _enrol(given: argparse.Namespace, environ: Mapping[str, str]) -> str:
    settings = read_settings(environ)
    return run.devices.enrol(settings, given.name, given.code, run.asking.server_url(settings, given.server))


def _scheduling(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    schedule = commands.add_parser("schedule", help="a child's immunisation schedule")
    schedule.add_argument("--birth", required=True, metavar="DATE", help="the day of birth, 2026-05-10")
    schedule.add_argument("--sex", required=True, metavar="SEX", help="female, male or unknown")
    schedule.add_argument("--as-of", metavar="DATE", help="the day asked about (default today in Japan)")
    schedule.add_argument(
        "--given", action="append", default=[], metavar="PRODUCT:DATE,...", help="doses given, rv1:2026-07-15"
    )
    schedule.add_argument("--format", default="table", metavar="FORMAT", help="table or json")
    schedule.set_defaults(command=_schedule)


def _riding(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    acts = commands.add_parser("rides", help="the taxi subsidy").add_subparsers(metavar="ACT", required=True)
    simulate = acts.add_parser("simulate", help="weeks of rides by the rules alone, and their claims")
    for name, count in (("days", 30), ("riders", 20_000), ("rides-a-day", 600)):
        simulate.add_argument(f"--{name}", type=int, default=count, metavar="N", help=f"default {count:,}")
    simulate.set_defaults(
        command=lambda given, _environ: run.riding.simulate(
            run.riding.Wish(given.days, given.riders, given.rides_a_day)
        )
    )
    claims = acts.add_parser("claims", help="write the files of a closed month, each with its hash")
    claims.add_argument("--as", dest="name", required=True, metavar="NAME", help="the name of a card or key")
    claims.add_argument("--month", required=True, metavar="MONTH", help="the month, 2026-10")
    claims.add_argument("--purpose", metavar="CODE:CASE", help="why staff ask, CLM:2026-1")
    claims.add_argument("--into", type=Path, default=Path(), metavar="FOLDER", help="where to (default here)")
    claims.add_argument("--server", metavar="URL", help="the server's origin (default the one of these settings)")
    claims.set_defaults(command=_claims)


def _auditing(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    audit = commands.add_parser("audit", help="the access log").add_subparsers(metavar="export", required=True)
    export = audit.add_parser("export", help="print the whole log")
    export.set_defaults(command=lambda given, environ: run.auditing.export(read_settings(environ), real_now(), _write))
    keys = audit.add_parser("keys", help="print the public keys that it is signed with")
    keys.set_defaults(command=lambda given, environ: run.auditing.keys(read_settings(environ)))
    verify = audit.add_parser("verify", help="check an export; needs no server and no settings")
    verify.add_argument("file", type=Path, metavar="FILE")
    verify.add_argument(
        "--keys", type=Path, required=True, metavar="KEYS.json", help="what `tsumugi audit keys` printed"
    )
    verify.set_defaults(command=lambda given, environ: run.auditing.verify(given.file, given.keys))


def day(text: str) -> date:
    """A day of the calendar; argparse names this function to whoever writes another."""
    return date.fromisoformat(text)


def _ledgering(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    ledger = commands.add_parser("ledger", help="the ledger of points").add_subparsers(metavar="ACT", required=True)
    verify = ledger.add_parser("verify", help="prove all of it, or an export, or name the first fault")
    verify.add_argument("file", type=Path, nargs="?", metavar="FILE", help="an export, which needs --keys alone")
    verify.add_argument("--keys", type=Path, metavar="KEYS.json", help="what `tsumugi audit keys` printed")
    verify.set_defaults(command=_verify_ledger)
    export = ledger.add_parser("export", help="print all of it")
    export.set_defaults(command=lambda given, environ: run.ledgering.export(read_settings(environ), real_now(), _write))
    sign = ledger.add_parser("sign", help="sign where the accounts end, once; then `tsumugi work` does it")
    sign.set_defaults(command=lambda given, environ: run.ledgering.sign(read_settings(environ), real_now()))
    settle = ledger.add_parser("settle", help="write what the shops are owed for a day")
    settle.add_argument("day", type=day, metavar="DATE", help="a day in Japan, 2026-11-23")
    settle.add_argument("--into", type=Path, default=Path(), metavar="FOLDER", help="default: here")
    settle.set_defaults(
        command=lambda given, environ: run.ledgering.settle(read_settings(environ), given.day, given.into)
    )
    reconcile = ledger.add_parser("reconcile", help="compare a provider's statement with what was entered")
    reconcile.add_argument("provider", metavar="PROVIDER", help="JAL, DOCOMO ...")
    reconcile.add_argument("file", type=Path, metavar="FILE.csv", help="a table of transaction and units")
    reconcile.set_defaults(command=_reconcile)
    circulation = ledger.add_parser("circulation", help="print how many points are where")
    circulation.set_defaults(command=lambda given, environ: run.ledgering.circulation(read_settings(environ)))


def _verify_ledger(given: argparse.Namespace, environ: Mapping[str, str]) -> str:
    if given.file is None:
        return run.ledgering.verify(read_settings(environ))
    if given.keys is None:
        raise Halt("An export is checked with public keys: say --keys KEYS.json.")
    return run.ledgering.verify_export(given.file, given.keys)


def _reconcile(given: argparse.Namespace, environ: Mapping[str, str]) -> str:
    return run.ledgering.reconcile(read_settings(environ), given.provider, given.file)


def _write(line: str) -> None:
    print(line, end="")


def _printing(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    schema = commands.add_parser("schema", help="the graph's schema").add_subparsers(metavar="print", required=True)
    schema_print = schema.add_parser("print", help="print the SDL")
    schema_print.add_argument("--as", dest="kind", metavar="KIND", help="only what this kind of caller may use")
    schema_print.set_defaults(command=lambda given, environ: run.printing.schema_print(given.kind))
    plan = commands.add_parser("plan", help="how operations are run").add_subparsers(metavar="show", required=True)
    show = plan.add_parser("show", help="print the plan of an operation: levels, SQL and generated code")
    show.add_argument("file", metavar="FILE", type=Path, help="a document with one operation, or - for standard input")
    show.add_argument("--as", dest="kind", metavar="KIND", default="RESIDENT", help="the kind of caller")
    show.add_argument("--purpose", metavar="CODE:CASE", help="the purpose that staff state")
    show.add_argument("--variables", metavar="JSON", default="{}", help="the variables, as far as they are needed")
    show.set_defaults(command=_plan_show)
    docs = commands.add_parser("docs", help="generated documents").add_subparsers(metavar="PAGE", required=True)
    town = docs.add_parser("town", help="print docs/town.md")
    town.set_defaults(command=lambda given, environ: run.printing.docs_town())
    changelog = docs.add_parser("schema-changelog", help="print docs/schema-changelog.md")
    changelog.set_defaults(command=lambda given, environ: run.printing.docs_schema_changelog())
    permissions = docs.add_parser("permissions", help="print docs/permissions.md")
    permissions.set_defaults(command=lambda given, environ: run.printing.docs_permissions())


def _federating(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    acts = commands.add_parser("federation", help="several cities and partners in one graph").add_subparsers(
        metavar="ACT", required=True
    )
    check = acts.add_parser("check", help="whether a subgraph could have this SDL, and what that changes for clients")
    check.add_argument("sdl", type=Path, metavar="SDL", help="the file of the partner's SDL")
    check.add_argument("--name", required=True, metavar="NAME", help="of the subgraph")
    check.set_defaults(command=lambda given, environ: run.federating.check(given.folder, given.name, given.sdl))
    probe = acts.add_parser("probe", help="ask a partner's server as the router does, and as nobody should")
    probe.add_argument("url", metavar="URL")
    probe.add_argument("--partner", required=True, metavar="CODE", help="its municipality")
    probe.set_defaults(command=lambda given, environ: run.federating.probe(given.folder, given.url, given.partner))
    publish = acts.add_parser("publish", help="compose what the folder names; the router takes it")
    publish.set_defaults(command=lambda given, environ: run.federating.publish(given.folder))
    rollback = acts.add_parser("rollback", help="put the graph before back")
    rollback.set_defaults(command=lambda given, environ: run.federating.rollback(given.folder))
    for act in (check, probe, publish, rollback):
        act.add_argument(
            "--folder", type=Path, default=Path(".federation"), metavar="FOLDER", help="with federation.json"
        )
    dispatch = acts.add_parser("dispatch", help="stand before several cities as one subgraph, until told to stop")
    dispatch.add_argument("folder", type=Path, metavar="FOLDER", help="with federation.json and router.pem")
    dispatch.add_argument("--port", type=int, default=4100, metavar="PORT")
    dispatch.set_defaults(command=lambda given, environ: run.federating.dispatch(given.folder, given.port))


def _plan_show(given: argparse.Namespace, environ: Mapping[str, str]) -> str:
    wish = run.planning.Wish(given.file, given.kind, given.purpose, given.variables)
    return run.planning.show(read_settings(environ), wish, real_now())


def _demo(given: argparse.Namespace, environ: Mapping[str, str]) -> None:
    wish = run.serving.Wish(given.families, given.municipality, parse_moment(given.at), has_worker=given.work)
    run.serving.demo(_demo_settings(environ), wish, lambda line: print(line, flush=True))


def _login(given: argparse.Namespace, environ: Mapping[str, str]) -> str:
    settings = read_settings(environ)
    if given.module is not None:
        server = run.asking.server_url(settings, given.server)
        return run.asking.login_with_module(given.module, given.pin_fd, server)
    return run.asking.login(settings, given.name, run.asking.server_url(settings, given.server))


def _query(given: argparse.Namespace, environ: Mapping[str, str]) -> str:
    settings = read_settings(environ)
    ask = run.asking.Ask(given.name, given.query, given.variables, given.purpose)
    return run.asking.query(settings, ask, run.asking.server_url(settings, given.server))


def _claims(given: argparse.Namespace, environ: Mapping[str, str]) -> str:
    settings = read_settings(environ)
    wish = run.claiming.Wish(given.name, given.month, given.purpose, given.into)
    return run.claiming.fetch(settings, wish, run.asking.server_url(settings, given.server))


def _apply(given: argparse.Namespace, environ: Mapping[str, str]) -> str:
    settings = read_settings(environ)
    wish = run.applying.Wish(given.name, given.child, given.born, given.language)
    return run.applying.apply(settings, wish, run.asking.server_url(settings, given.server))


def _schedule(given: argparse.Namespace, _environ: Mapping[str, str]) -> str:
    question = run.scheduling.Question(given.birth, given.sex, given.as_of, ",".join(given.given), given.format)
    return run.scheduling.schedule(question, real_now())


def _demo_settings(environ: Mapping[str, str]) -> Settings:
    """The command itself says that this is a demo; an environment that says production is believed."""
    settings = read_settings({"TSUMUGI_ENV": "demo", **{name: text for name, text in environ.items() if text.strip()}})
    if not settings.is_demo:
        raise Halt("TSUMUGI_ENV says production: a demo never runs there.")
    return settings
