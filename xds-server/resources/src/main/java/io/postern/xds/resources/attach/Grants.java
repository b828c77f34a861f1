package io.postern.xds.resources.attach;

import io.postern.xds.resources.DocumentKey;
import io.postern.xds.resources.document.Document;

/** Whether a reference may leave its namespace. Source: Gateway API, ReferenceGrant. */
public final class Grants {
    private final Inventory inventory;

    public Grants(Inventory inventory) {
        this.inventory = inventory;
    }

    /** Whether {@code from} may refer to {@code to}. */
    public boolean allow(Document from, DocumentKey to) {
        return from.namespace().equals(to.namespace())
                || inventory.all("ReferenceGrant").stream()
                        .anyMatch(grant ->
                                grant.namespace().equals(to.namespace())
                                        && allows(grant, from.key(), to));
    }

    private static boolean allows(Document grant, DocumentKey from, DocumentKey to) {
        boolean isFrom =
                grant.spec().items("from").stream()
                        .anyMatch(one ->
                                one.text("group").equals(from.group())
                                        && one.text("kind").equals(from.kind())
                                        && one.text("namespace").equals(from.namespace()));
        return isFrom
                && grant.spec().items("to").stream()
                        .anyMatch(one ->
                                one.text("group").equals(to.group())
                                        && one.text("kind").equals(to.kind())
                                        && (!one.has("name")
                                                || one.text("name").equals(to.name())));
    }
}
