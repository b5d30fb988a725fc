{#- True for a text that a plain cast reads as the date or timestamp it is: the year first, in four
    digits, the hour of 24, and no letters but T and Z. -#}
{% macro is_iso_timestamp(expression) %}
    {{ return(adapter.dispatch('is_iso_timestamp', 'covey')(expression)) }}
{% endmacro %}

{% macro default__is_iso_timestamp(expression) -%}
    {{ covey.try_cast(expression, 'timestamp') }} is not null
{%- endmacro %}

{% macro duckdb__is_iso_timestamp(expression) -%}
    {#- The cast takes 15-01-24 for a day of the year 15, and drops PM; which names of zones it
        knows hangs on the version. -#}
    (
        try_cast({{ expression }} as timestamp) is not null
        and regexp_matches({{ expression }}, '^[0-9]{4}[^A-SU-Ya-su-y]*$')
    )
{%- endmacro %}
