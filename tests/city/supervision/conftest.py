"""The small city of the case tests, seen by its supervisors."""

from tests.city.cases.conftest import (  # noqa: F401  # fixtures are taken over by their names
    book_of_its_own,
    case,
    city,
    installation,
    law,
)
