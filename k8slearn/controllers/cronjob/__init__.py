"""The CronJob controller: a Job at each moment that a schedule means. `decide` is pure, `controller` carries it out."""
