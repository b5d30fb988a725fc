{#- What is said of a mapping that names a column which the contract does not have. -#}
{% macro unknown_column_message(input, name, known_columns) %}
    {{ return(
        'covey_' ~ input ~ '_columns maps "' ~ name ~ '", which is not a column of the input ' ~ input
        ~ '. Did you mean "' ~ covey.closest_name(name, known_columns) ~ '"?'
    ) }}
{% endmacro %}
