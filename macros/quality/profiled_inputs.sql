{#- The inputs that are profiled: all, or those that covey_profiled_inputs names. -#}
{% macro profiled_inputs() %}
    {%- set inputs = covey.input_names() -%}
    {%- set chosen = covey.setting('covey_profiled_inputs').replace(' ', '').split(',') -%}
    {%- if chosen == ['all'] -%}
        {{ return(inputs) }}
    {%- endif -%}
    {%- for input in chosen if input not in inputs -%}
        {{ exceptions.raise_compiler_error(
            'covey_profiled_inputs names "' ~ input ~ '", which is no input. Did you mean "'
            ~ covey.closest_name(input, inputs) ~ '"?'
        ) }}
    {%- endfor -%}
    {{ return(chosen) }}
{% endmacro %}
