    private boolean requesterCharged;

    /** A result that says nothing. */
    public DeleteObjectResult() {}

    /**
     * Whether the requester was charged.
     *
     * @return the value
     */
    public boolean isRequesterCharged() {
        return requesterCharged;
    }

    /**
     * For tests of applications: whether the requester was charged.
     *
     * @param requesterCharged the value
     */
    public void setRequesterCharged(boolean requesterCharged) {
        this.requesterCharged = requesterCharged;
    }
