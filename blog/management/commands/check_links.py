from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from blog.link_checks import State
from blog.links import addresses_elsewhere, ask_all, faults_of_form
from blog.models import LinkCheck

NAMES = {State.DEAD: "DEAD", State.UNSURE: "cannot tell", State.FINE: "fine"}


class Command(BaseCommand):
    help = (
        "Check the form of references and links, and whether somebody answers there. Fails only on dead ones."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--offline", action="store_true", help="The form only: ask nobody.")
        parser.add_argument("--all", action="store_true", help="List those that are fine, too.")
        parser.add_argument(
            "--pause", type=float, default=1.0, help="Seconds between two questions to a host."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        faults = list(faults_of_form())
        for place, words in faults:
            self.stdout.write(f"WRONG        {words}  [{place}]")
        dead = 0 if options["offline"] else self.ask(options["pause"], show_fine=options["all"])
        if faults or dead:
            raise CommandError(f"{len(faults)} wrong, {dead} dead.")
        self.stdout.write("Nothing is wrong." if options["offline"] else "Nothing is wrong or dead.")

    def ask(self, pause: float, *, show_fine: bool) -> int:
        """Print the table; how many are dead."""
        places = addresses_elsewhere()
        answers = ask_all(list(places), pause)
        LinkCheck.objects.keep(answers)
        for address, answer in sorted(answers.items(), key=lambda row: (row[1].state, row[0])):
            if show_fine or answer.state is not State.FINE:
                line = f"{NAMES[answer.state]:<12} {answer.words:<40} {address}"
                self.stdout.write(f"{line}  [{', '.join(places[address])}]")
        counts = {state: sum(answer.state is state for answer in answers.values()) for state in State}
        self.stdout.write(", ".join(f"{counts[state]} {NAMES[state]}" for state in State))
        return counts[State.DEAD]
