package io.postern.filters.builtin.statefulsession;

import io.postern.config.model.NewCookie;
import io.postern.sdk.Cookies;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;

/**
 * In a cookie, on requests whose path is below the cookie's. The cookie holds a {@link
 * CookieMessage}, or, as older ones did, the address alone, in base 64. Thread-safe: immutable.
 *
 * @param clock when a cookie that has a lifetime is over, in seconds since 1970
 */
record CookieState(NewCookie cookie, Clock clock) implements SessionState {
    private static final HeaderName SET_COOKIE = HeaderName.of("set-cookie");

    @Override
    public boolean covers(HeaderMap request) {
        String below = cookie.path();
        String path = request.get(HeaderName.PATH);
        if (below.isEmpty() || below.equals("/")) {
            return true;
        }
        if (path == null || !path.startsWith(below)) {
            return false;
        }
        return below.endsWith("/")
                || path.length() == below.length()
                || "/?#".indexOf(path.charAt(below.length())) >= 0;
    }

    @Override
    public String host(HeaderMap request) {
        byte[] value = SessionState.decoded(Cookies.value(request, cookie.name()));
        CookieMessage message = CookieMessage.read(value);
        if (message == null) {
            return new String(value, StandardCharsets.ISO_8859_1); // an older one
        }
        boolean over =
                message.expires() != 0 && clock.instant().getEpochSecond() > message.expires();
        return over ? "" : message.address();
    }

    @Override
    public void tell(String host, HeaderMap response) {
        long expires =
                cookie.ttl().isZero()
                        ? 0
                        : clock.instant().getEpochSecond() + cookie.ttl().toSeconds();
        byte[] octets = new CookieMessage(host, expires).octets();
        String value = Base64.getEncoder().encodeToString(octets);
        response.add(SET_COOKIE, cookie.holding(value));
    }
}
