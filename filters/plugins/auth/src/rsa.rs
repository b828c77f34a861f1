//! RSASSA-PKCS1-v1_5 with SHA-256, verification only (RFC 8017 section 8.2.2).
//!
//! Only the public operation is here, so nothing of this handles a secret. The expected encoding is built and
//! compared as a whole; nothing of the decrypted signature is parsed, which is what forgeries with small
//! exponents lived on.

use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, Odd};
use sha2::{Digest, Sha256};

const MIN_MODULUS_BITS: u32 = 2048;
/// Verification costs the square of the length: the bound keeps one request's share of a worker small.
const MAX_MODULUS_BITS: u32 = 4096;

/// DER of `DigestInfo { sha256, NULL, <32 bytes> }` up to the hash (RFC 8017 section 9.2, note 1).
const SHA256_DIGEST_INFO: [u8; 19] =
    [0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20];

/// An RSA public key, made ready for use.
pub(crate) struct RsaKey {
    params: BoxedMontyParams,
    modulus: Odd<BoxedUint>,
    exponent: u32,
}

impl RsaKey {
    /// From the big-endian `n` and `e` of a JSON Web Key; the error says what is wrong with them.
    pub fn new(modulus: &[u8], exponent: &[u8]) -> Result<Self, &'static str> {
        let exponent = small_integer(exponent)
            .filter(|e| *e >= 3 && e % 2 == 1)
            .ok_or("the exponent is not an odd number of 3 to 2^32 - 1")?;
        let modulus = BoxedUint::from_be_slice_vartime(without_leading_zeros(modulus));
        let bits = modulus.bits();
        if !(MIN_MODULUS_BITS..=MAX_MODULUS_BITS).contains(&bits) {
            return Err("the modulus has not 2048 to 4096 bits");
        }
        let modulus = Odd::new(modulus).into_option().ok_or("the modulus is even")?;
        Ok(RsaKey { params: BoxedMontyParams::new_vartime(modulus.clone()), modulus, exponent })
    }

    /// Whether the signature of the message is by this key.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        let bits = self.modulus.bits();
        let length = bits.div_ceil(8) as usize;
        if signature.len() != length {
            return false;
        }
        match BoxedUint::from_be_slice(signature, self.modulus.bits_precision()) {
            Ok(number) if number < *self.modulus.as_ref() => {
                let decrypted = self.power(number).to_be_bytes();
                // The precision is rounded up to whole words: what is above the modulus is zero.
                decrypted[decrypted.len() - length..] == *expected_encoding(message, length)
            }
            _ => false,
        }
    }

    // Square and multiply from the top bit down; the exponent is public, so its time may show.
    fn power(&self, base: BoxedUint) -> BoxedUint {
        let base = BoxedMontyForm::new(base, &self.params);
        let mut power = base.clone();
        for bit in (0..self.exponent.ilog2()).rev() {
            power = power.square();
            if self.exponent >> bit & 1 == 1 {
                power = power.mul(&base);
            }
        }
        power.retrieve()
    }
}

/// EMSA-PKCS1-v1_5: `00 01 ff … ff 00 DigestInfo`.
fn expected_encoding(message: &[u8], length: usize) -> Vec<u8> {
    let hash = Sha256::digest(message);
    let mut encoding = vec![0xff; length];
    encoding[..2].copy_from_slice(&[0, 1]);
    let tail = length - SHA256_DIGEST_INFO.len() - hash.len();
    encoding[tail - 1] = 0;
    encoding[tail..tail + SHA256_DIGEST_INFO.len()].copy_from_slice(&SHA256_DIGEST_INFO);
    encoding[tail + SHA256_DIGEST_INFO.len()..].copy_from_slice(&hash);
    encoding
}

fn small_integer(bytes: &[u8]) -> Option<u32> {
    let significant = without_leading_zeros(bytes);
    let fits = significant.len() <= 4;
    fits.then(|| significant.iter().fold(0, |n, b| n << 8 | u32::from(*b)))
}

fn without_leading_zeros(bytes: &[u8]) -> &[u8] {
    &bytes[bytes.iter().take_while(|b| **b == 0).count()..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_keys_that_are_too_weak_or_too_costly() {
        let odd = |bytes: usize| vec![0xff; bytes];
        let mut even = odd(256);
        even[255] = 0xfe;
        let refused = |n: &[u8], e: &[u8]| RsaKey::new(n, e).err();
        assert_eq!(refused(&odd(256), &[1, 0, 1]), None);
        assert_eq!(refused(&odd(512), &[0, 3]), None);
        for modulus in [vec![], odd(128), odd(513), [vec![0; 256], odd(64)].concat()] {
            assert_eq!(refused(&modulus, &[1, 0, 1]), Some("the modulus has not 2048 to 4096 bits"));
        }
        assert_eq!(refused(&even, &[1, 0, 1]), Some("the modulus is even"));
        for exponent in [&[][..], &[0], &[1], &[1, 0], &[1, 0, 0, 0, 1]] {
            assert!(refused(&odd(256), exponent).is_some(), "{exponent:?}");
        }
    }

    // The key of RFC 7515 appendix A.2, which publishes its private half as well.
    const MODULUS: &str = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
    const PRIVATE_EXPONENT: &str = "Eq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoAJe46sui395IW_GO-pWJ1O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51gfpRLI9JYanrC4D4qAdGcopV_0ZHHzQlBjudU2QvXt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuhLhBOneufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRuOopznQ";

    #[test]
    fn accepts_no_other_encoding_than_the_one_of_rfc_8017() {
        use base64ct::{Base64UrlUnpadded, Encoding};
        let modulus = Base64UrlUnpadded::decode_vec(MODULUS).unwrap();
        let exponent = BoxedUint::from_be_slice_vartime(&Base64UrlUnpadded::decode_vec(PRIVATE_EXPONENT).unwrap());
        let key = RsaKey::new(&modulus, &[1, 0, 1]).unwrap();
        let is_accepted = |encoding: &[u8]| {
            let number = BoxedUint::from_be_slice(encoding, 2048).unwrap();
            let signature = BoxedMontyForm::new(number, &key.params).pow(&exponent).retrieve().to_be_bytes();
            key.verify(b"abc", &signature)
        };
        let good = expected_encoding(b"abc", 256);
        assert!(is_accepted(&good));
        // Hash first and anything behind it: what forgeries with the exponent 3 look like.
        let mut shifted = [&[0, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0], &good[205..]].concat();
        shifted.resize(256, 0);
        // The parameters of the algorithm left out instead of NULL, which some verifiers allow.
        let mut without_null = good.clone();
        without_null.drain(218..220);
        without_null[206] -= 2;
        without_null[208] -= 2;
        without_null.splice(2..2, [0xff, 0xff]);
        let changed = |place: usize, byte: u8| {
            let mut encoding = good.clone();
            encoding[place] = byte;
            encoding
        };
        let others = [shifted, without_null, changed(1, 2), changed(100, 0xfe), changed(204, 0xff), changed(255, 0)];
        for encoding in others {
            assert_eq!(encoding.len(), 256);
            assert!(!is_accepted(&encoding), "{encoding:?}");
        }
        assert!(!is_accepted(&expected_encoding(b"abd", 256)));
    }

    #[test]
    fn encodes_as_rfc_8017_says() {
        let encoding = expected_encoding(b"abc", 256);
        assert_eq!(encoding.len(), 256);
        assert_eq!(encoding[..3], [0, 1, 0xff]);
        assert_eq!(encoding[203..206], [0xff, 0, 0x30]);
        assert_eq!(encoding[224..226], [0xba, 0x78]);
    }
}
