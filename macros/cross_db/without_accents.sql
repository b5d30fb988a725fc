{#- A text with é as e: the letters that Latin alphabets write with marks, without them. -#}
{% macro without_accents(expression) %}
    {{ return(adapter.dispatch('without_accents', 'covey')(expression)) }}
{% endmacro %}

{% macro default__without_accents(expression) -%}
    translate(
        {{ expression }},
        'ÁÀÂÃÄÅÇÉÈÊËÍÌÎÏÑÓÒÔÕÖÚÙÛÜÝáàâãäåçéèêëíìîïñóòôõöúùûüý',
        'AAAAAACEEEEIIIINOOOOOUUUUYaaaaaaceeeeiiiinooooouuuuy'
    )
{%- endmacro %}

{% macro duckdb__without_accents(expression) -%}
    strip_accents({{ expression }})
{%- endmacro %}
