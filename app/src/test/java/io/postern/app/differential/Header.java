package io.postern.app.differential;

/** One header or trailer field as it was on the wire, name and value untouched. */
record Header(String name, String value) {
    @Override
    public String toString() {
        return name + ": " + value;
    }
}
