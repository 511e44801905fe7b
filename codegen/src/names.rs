//! The same words in the case of each language.

/// `ssekms_key_id` → `SsekmsKeyId`.
pub fn pascal(name: &str) -> String {
    name.split('_').map(capitalise).collect()
}

/// `ssekms_key_id` → `ssekmsKeyId`.
pub fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| name + &capitalise(word))
}

/// `StorageClass` or `storage_class` → `STORAGE_CLASS`; runs of capitals stay together.
pub fn upper_snake(name: &str) -> String {
    let mut out = String::new();
    let chars: Vec<char> = name.chars().collect();
    for (i, c) in chars.iter().enumerate() {
        let starts_word = c.is_uppercase()
            && i > 0
            && (chars[i - 1].is_lowercase()
                || (chars[i - 1].is_uppercase() && chars.get(i + 1).is_some_and(|n| n.is_lowercase())));
        if starts_word {
            out.push('_');
        }
        out.extend(c.to_uppercase());
    }
    out
}

/// `contentType` → `ContentType`: for accessors.
pub fn capitalise(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + chars.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_take_the_case_of_each_language() {
        assert_eq!(pascal("ssekms_key_id"), "SsekmsKeyId");
        assert_eq!(camel("e_tag"), "eTag");
        assert_eq!(upper_snake("StorageClass"), "STORAGE_CLASS");
        assert_eq!(upper_snake("AES256"), "AES256");
        assert_eq!(upper_snake("AWSKmsKey"), "AWS_KMS_KEY");
    }
}
