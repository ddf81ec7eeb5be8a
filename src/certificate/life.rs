//! How long a certificate is valid, and when it is time for the next one.

use jiff::{SignedDuration, Timestamp};
use rustls_pki_types::CertificateDer;

/// How long a CA lives. Changing it takes a new bundle in the webhook configuration, so it is rare; it never leaves the cluster, so a
/// long life harms nobody.
pub(super) const OF_A_CA: SignedDuration = SignedDuration::from_hours(3 * 365 * 24);
/// How long a serving certificate lives: renewed at 60 days, it leaves 30 to notice and mend whatever keeps it from being renewed.
pub(super) const OF_A_CERTIFICATE: SignedDuration = SignedDuration::from_hours(90 * 24);
/// How far a life begins in the past, for clients whose clock is behind.
pub(super) const BACKDATED: SignedDuration = SignedDuration::from_hours(1);

/// From when to when a certificate is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Life {
    pub(super) begin: Timestamp,
    pub(super) end: Timestamp,
}

impl Life {
    /// A life that begins now, a little back-dated.
    pub(super) fn new(now: Timestamp, length: SignedDuration) -> Result<Self, String> {
        let out_of_range =
            |e| format!("the clock says {now}, where no certificate's life fits: {e}");
        Ok(Self {
            begin: now.checked_sub(BACKDATED).map_err(out_of_range)?,
            end: now.checked_add(length).map_err(out_of_range)?,
        })
    }

    /// A certificate's own words.
    pub(super) fn of(certificate: &CertificateDer) -> Result<Self, String> {
        let (_, parsed) = x509_parser::parse_x509_certificate(certificate)
            .map_err(|e| format!("a certificate in it is not valid X.509: {e}"))?;
        let at = |time: x509_parser::time::ASN1Time| {
            Timestamp::from_second(time.timestamp())
                .map_err(|e| format!("a certificate's life in it is out of range: {e}"))
        };
        let validity = parsed.validity();
        Ok(Self {
            begin: at(validity.not_before)?,
            end: at(validity.not_after)?,
        })
    }

    /// It is over.
    pub(super) fn ended(&self, now: Timestamp) -> bool {
        now >= self.end
    }

    /// The time for the next one: two thirds of the life.
    pub(super) fn renewal(&self) -> Timestamp {
        let length = self.begin.duration_until(self.end);
        self.begin
            .saturating_add(length / 3 * 2)
            .unwrap_or(self.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renewed_at_two_thirds() {
        let now: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
        let life = Life::new(now, OF_A_CERTIFICATE).unwrap();
        assert_eq!(life.begin.to_string(), "2026-11-24T11:00:00Z");
        assert_eq!(life.renewal().to_string(), "2027-01-23T11:40:00Z");
        assert!(!life.ended(life.renewal()));
        assert!(life.ended("2027-02-22T12:00:00Z".parse().unwrap()));
    }

    #[test]
    fn a_mad_clock_is_an_error_not_a_panic() {
        assert!(Life::new(Timestamp::MAX, OF_A_CA).is_err());
        assert!(Life::new(Timestamp::MIN, OF_A_CA).is_err());
    }
}
