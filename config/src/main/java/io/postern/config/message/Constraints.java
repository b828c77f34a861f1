package io.postern.config.message;

import com.google.protobuf.Message;
import com.linecorp.armeria.internal.shaded.xds.pgv.ValidationException;
import com.linecorp.armeria.internal.shaded.xds.pgv.ValidatorImpl;
import com.linecorp.armeria.internal.shaded.xds.pgv.ValidatorIndex;
import io.postern.config.source.Diagnostics;
import io.postern.config.source.Spot;
import java.util.HashMap;
import java.util.Map;

/**
 * Checks one message, not what it contains, against the constraints its proto file declares ({@code
 * validate.rules}); {@link MessageWalk} brings the others, so that each error has its place.
 *
 * <p>The only class that touches the constraint validators: they are an internal package of another
 * project. Finds them as its {@code ReflectiveValidatorIndex} does. Confined to the loading thread.
 */
final class Constraints {
    private final Map<Class<?>, ValidatorImpl<Message>> validators = new HashMap<>();
    private final Diagnostics diagnostics;

    Constraints(Diagnostics diagnostics) {
        this.diagnostics = diagnostics;
    }

    /** Whether {@code message} keeps to its constraints; if not, the error is told. */
    boolean check(Message message, Spot spot) {
        try {
            validators
                    .computeIfAbsent(message.getClass(), Constraints::find)
                    .assertValid(message, ValidatorIndex.ALWAYS_VALID);
            return true;
        } catch (ValidationException e) {
            var name = e.getField().substring(e.getField().lastIndexOf('.') + 1);
            var value = e.getValue() == null ? "null" : String.valueOf(e.getValue());
            var found = value.length() > 80 ? value.substring(0, 80) + "…" : value;
            diagnostics.error(
                    ConstraintTexts.spot(message, name, spot),
                    ConstraintTexts.message(message, name, found, e.getReason()));
            return false;
        }
    }

    @SuppressWarnings("unchecked") // the generated validator for this very class
    private static ValidatorImpl<Message> find(Class<?> type) {
        var top = type;
        while (top.getEnclosingClass() != null) {
            top = top.getEnclosingClass();
        }
        try {
            var validator = Class.forName(top.getName() + "Validator", true, type.getClassLoader());
            var impl = validator.getMethod("validatorFor", Class.class).invoke(null, type);
            return impl == null ? ValidatorImpl.ALWAYS_VALID : (ValidatorImpl<Message>) impl;
        } catch (ReflectiveOperationException e) {
            return ValidatorImpl.ALWAYS_VALID; // google.protobuf.* and our own have none
        }
    }
}
