{#- A text with every byte but letters, digits and - _ . ~ as % and two hexadecimal digits (RFC 3986).
    There is no such function on most engines: there, characters beyond ASCII stay as they are. -#}
{% macro url_encoded(expression) %}
    {{ return(adapter.dispatch('url_encoded', 'covey')(expression)) }}
{% endmacro %}

{% macro default__url_encoded(expression) -%}
    {%- set encoded = namespace(text=expression) -%}
    {#- The percent sign first, or it would be encoded twice. -#}
    {%- for character, code in {
        '%': '25', ' ': '20', '!': '21', '"': '22', '#': '23', '$': '24', '&': '26', '(': '28',
        ')': '29', '*': '2A', '+': '2B', ',': '2C', '/': '2F', ':': '3A', ';': '3B', '<': '3C', '=': '3D', '>': '3E', '?': '3F', '@': '40', '[': '5B', ']': '5D', '^': '5E',
        '`': '60', '{': '7B', '|': '7C', '}': '7D',
    }.items() -%}
        {%- set encoded.text = "replace(" ~ encoded.text ~ ", '" ~ character ~ "', '%" ~ code ~ "')" -%}
    {%- endfor -%}
    replace({{ encoded.text }}, chr(39), '%27')
{%- endmacro %}

{% macro duckdb__url_encoded(expression) -%}
    url_encode({{ expression }})
{%- endmacro %}

{% macro trino__url_encoded(expression) -%}
    replace(url_encode({{ expression }}), '+', '%20')
{%- endmacro %}
