{#- What is said of an input whose relation lacks a required column. -#}
{% macro missing_column_message(input, name, columns) %}
    {{ return(
        'The input ' ~ input ~ ' has no column ' ~ name ~ ', which is required. Map it: covey_' ~ input
        ~ '_columns: {' ~ name ~ ': <source column or expression>}. The relation has: '
        ~ columns | join(', ')
    ) }}
{% endmacro %}
