{#- True when an input is read from somewhere. Asking makes no dependency on it. -#}
{% macro is_input_mapped(input) %}
    {{ return(covey.is_demo() or var('covey_' ~ input ~ '_relation', none) is not none) }}
{% endmacro %}
