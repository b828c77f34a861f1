package io.postern.filters.opa.builtin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/** A set among JSON values: its members in Rego's order. Equal only to sets. */
@SuppressWarnings("unchecked") // ArrayNode.deepCopy narrows a generic result; inherited
public final class RegoSet extends ArrayNode {
    private static final long serialVersionUID = 1L;

    /** An empty set; the caller adds no member twice. */
    public RegoSet() {
        super(JsonNodeFactory.instance);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RegoSet && super.equals(other);
    }

    @Override
    public int hashCode() {
        return super.hashCode() + 1;
    }
}
