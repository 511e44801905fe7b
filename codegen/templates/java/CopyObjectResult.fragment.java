    private Date expirationTime;
    private String expirationTimeRuleId;
    private boolean requesterCharged;

    /** A result that says nothing. */
    public CopyObjectResult() {}

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

    /**
     * When a lifecycle rule deletes the object.
     *
     * @return the time, or null
     */
    public Date getExpirationTime() {
        return expirationTime;
    }

    /**
     * For tests of applications: when a lifecycle rule deletes the object.
     *
     * @param expirationTime the time, or null
     */
    public void setExpirationTime(Date expirationTime) {
        this.expirationTime = expirationTime;
    }

    /**
     * The lifecycle rule that deletes the object.
     *
     * @return its id, or null
     */
    public String getExpirationTimeRuleId() {
        return expirationTimeRuleId;
    }

    /**
     * For tests of applications: the lifecycle rule that deletes the object.
     *
     * @param expirationTimeRuleId its id, or null
     */
    public void setExpirationTimeRuleId(String expirationTimeRuleId) {
        this.expirationTimeRuleId = expirationTimeRuleId;
    }
