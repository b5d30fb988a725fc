{#- A text without the characters that nobody sees: control characters, zero-width characters, marks
    of direction and byte order; composed (NFC), without blanks at its ends, null where nothing is
    left. Joiners inside emoji and scripts that need them stay. -#}
{% macro clean_text(expression) %}
    {{ return(adapter.dispatch('clean_text', 'covey')(expression)) }}
{% endmacro %}

{% macro default__clean_text(expression) -%}
    nullif(trim({{ expression }}), '')
{%- endmacro %}

{% macro duckdb__clean_text(expression) -%}
    {#- Most values, ids and codes, hold nothing that a URL would have to escape: one comparison, a
        third of the price of the others. Then plain ASCII without blanks at its ends; of the control
        characters inside it, those that files really hold are looked for. -#}
    case
            when {{ expression }} <> '' and strlen(url_encode({{ expression }})) = strlen({{ expression }})
                then {{ expression }}
            when
                {{ expression }} >= '!'
                and strlen({{ expression }}) = length({{ expression }})
                and not suffix({{ expression }}, ' ')
                and not contains({{ expression }}, '  ')
                {%- for code in [0, 9, 10, 13, 31] %}
                and not contains({{ expression }}, chr({{ code }}))
                {%- endfor %}
                then {{ expression }}
            else
                nullif(
                    trim(
                        regexp_replace(
                            regexp_replace(
                                nfc_normalize({{ expression }}),
                                '[\x{0000}-\x{0008}\x{000E}-\x{001F}\x{007F}\x{00AD}\x{200B}\x{200E}'
                                || '\x{200F}\x{202A}-\x{202E}\x{2060}-\x{2064}\x{2066}-\x{2069}'
                                || '\x{FEFF}]',
                                '',
                                'g'
                            ),
                            '[\s\x{00A0}\x{2000}-\x{200A}\x{202F}\x{3000}]+',
                            ' ',
                            'g'
                        )
                    ),
                    ''
                )
        end
{%- endmacro %}
