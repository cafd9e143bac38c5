"""Plans: each operation compiled once per standing and conditions, and kept; so is the reason why one cannot be."""

from collections import OrderedDict

from graphql import GraphQLError, GraphQLSchema, OperationDefinitionNode, OperationType
from sqlalchemy.engine import Dialect

from auth.access import Standing
from engine.collect import Booleans, Selections
from engine.document import Document
from engine.levels import Levels, Uncovered
from engine.loops import Loops
from engine.roots import Object, Roots
from resolvers.texts import Texts

KEPT = 1_000  # plans; one operation has one for each kind of caller that asks it
MOST_CONDITIONS = 4  # each doubles the plans of a document
Plan = Object | str  # what to run, or the reason why there is nothing to run


class Planner:
    """The plans of one process over one database, newest kept."""

    def __init__(self, schema: GraphQLSchema, dialect: Dialect) -> None:
        self.texts = Texts(dialect)
        self._schema = schema
        self._loops = Loops(schema, dialect)
        self._kept: OrderedDict[object, tuple[Document, Plan]] = OrderedDict()

    def plan(
        self, document: Document, operation: OperationDefinitionNode, standing: Standing, conditions: Booleans
    ) -> Plan:
        """The plan of an operation for callers of this standing, worked out once."""
        key = (id(operation), standing, *conditions.values())
        found = self._kept.get(key)
        if found is None:
            plan = self.compiled(document, operation, standing, conditions)
            found = self._kept[key] = document, plan  # an id stands for what is kept with it
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(key)
        return found[1]

    def compiled(
        self, document: Document, operation: OperationDefinitionNode, standing: Standing, conditions: Booleans
    ) -> Plan:
        """The same, worked out anew."""
        if operation.operation is not OperationType.QUERY:
            return str(operation.operation.value)
        if len(conditions) > MOST_CONDITIONS:
            return "conditions"
        levels = Levels(self._schema, Selections(self._schema, document.tree, conditions), standing)
        try:
            return Roots(levels, self._loops, self.texts).of(operation)
        except Uncovered as why:
            return why.reason
        except GraphQLError:  # an argument that no variable can mend: graphql-core says what is wrong
            return "arguments"
