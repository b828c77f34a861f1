package io.postern.core.upstream;

/** A cluster that cannot be set up; thrown on the control side only, before anything changed. */
public final class ClusterConfigException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String cluster;

    /** What is wrong with which cluster, and the likely cure. */
    public ClusterConfigException(String cluster, String message) {
        super("[type=Cluster, name='" + cluster + "'] " + message);
        this.cluster = cluster;
    }

    /** The same, caused by something else. */
    public ClusterConfigException(String cluster, Exception cause) {
        super("[type=Cluster, name='" + cluster + "'] " + cause.getMessage(), cause);
        this.cluster = cluster;
    }

    /** Its name. */
    public String cluster() {
        return cluster;
    }
}
