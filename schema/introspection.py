"""Introspection by kind of caller: `__schema` and `__type` tell a part of the graph; the rest of it runs as ever."""

from typing import Any

from graphql import (
    GraphQLAbstractType,
    GraphQLCompositeType,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    SchemaMetaFieldDef,
    TypeMetaFieldDef,
)


class Introspected(GraphQLSchema):
    """The whole schema, with the very same types, for execution; asked about itself, it speaks of `part` alone."""

    def __init__(self, whole: GraphQLSchema, part: GraphQLSchema) -> None:
        vars(self).update(vars(whole))  # building it again would make other types, and resolvers of their own
        self._part = part

        def schema(_source: Any, _info: Any) -> GraphQLSchema:
            return part

        def type_(_source: Any, _info: Any, name: str) -> Any:
            return part.get_type(name)

        self._told = {
            "__schema": GraphQLField(SchemaMetaFieldDef.type, resolve=schema),
            "__type": GraphQLField(TypeMetaFieldDef.type, TypeMetaFieldDef.args, resolve=type_),
        }

    def get_field(self, parent_type: GraphQLCompositeType, field_name: str) -> GraphQLField | None:
        """The definition of a field; the two that tell of the schema tell the part."""
        try:
            return parent_type.fields[field_name]  # type: ignore[union-attr, no-any-return]  # asked of every field of every answer
        except (AttributeError, KeyError):
            is_told = parent_type is self.query_type and field_name in self._told
            return self._told[field_name] if is_told else super().get_field(parent_type, field_name)

    def get_possible_types(self, abstract_type: GraphQLAbstractType) -> list[GraphQLObjectType]:
        """Of a type of the part, what the part has: an interface is looked up by name, and ours has more behind it."""
        is_ours = self.type_map.get(abstract_type.name) is abstract_type
        return super().get_possible_types(abstract_type) if is_ours else self._part.get_possible_types(abstract_type)
